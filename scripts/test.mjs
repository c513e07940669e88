/** `npm test`: everything that must pass, on a fresh copy too. Installs what is missing, a browser as well. */
import { continueOnProductNode, requireNode } from './steps/node.mjs';

requireNode();
const { endWith } = await import('./steps/exit-codes.mjs');
await endWith(async () => {
  const { ensureInstalled } = await import('./steps/install.mjs');
  await ensureInstalled();
  continueOnProductNode();
  const { test } = await import('./steps/test.mjs');
  return test();
});
