/** `npm test`: everything that must pass, on a fresh copy too. Installs what is missing, a browser as well. */
import { requireNode } from './steps/node.mjs';

requireNode();
const { endWithTests } = await import('./steps/begin-tests.mjs');
await endWithTests('test');
