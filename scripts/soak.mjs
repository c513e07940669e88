/** `npm run soak`: end to end at length, about an hour: both languages, every point of killing twenty times (`CHIT_KILLS`). */
import { continueOnProductNode, requireNode } from './steps/node.mjs';

requireNode();
const { endWith } = await import('./steps/exit-codes.mjs');
await endWith(async () => {
  const { ensureInstalled } = await import('./steps/install.mjs');
  await ensureInstalled();
  continueOnProductNode();
  const { soak } = await import('./steps/test.mjs');
  return soak();
});
