/** `npm run sim`: the simulator, tests/sim, on the Node that the lock pins. Options and what they mean: tests/sim/README.md. */
import { continueOnProductNode, productNode, requireNode, ROOT } from './steps/node.mjs';

requireNode();
await continueOnProductNode();
const { endWith } = await import('./steps/exit-codes.mjs');
const { run } = await import('./steps/run.mjs');

await endWith(async () => {
  const { code } = await run(productNode(), [`${ROOT}tests/sim/main.ts`, ...process.argv.slice(2)], { show: true });
  return code;
});
