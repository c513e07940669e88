/** How `npm test` and `npm run soak` begin: installs what is missing, goes on on the product's Node, and then all that is in steps/test.mjs can be read. */
import { endWith } from './exit-codes.mjs';
import { ensureInstalled } from './install.mjs';
import { continueOnProductNode } from './node.mjs';

/** `work`: which function of steps/test.mjs. */
export async function endWithTests(work) {
  await endWith(async () => {
    await ensureInstalled();
    await continueOnProductNode();
    const tests = await import('./test.mjs');
    return tests[work]();
  });
}
