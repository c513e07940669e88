/** `npm run soak`: end to end at length, about an hour: both languages, every point of killing twenty times (`CHIT_KILLS`). */
import { requireNode } from './steps/node.mjs';

requireNode();
const { endWithTests } = await import('./steps/begin-tests.mjs');
await endWithTests('soak');
