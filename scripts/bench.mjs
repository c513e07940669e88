/** `npm run bench -- NAME`: runs tests/bench/NAME.ts. Figures are ratios within one run; see tests/README.md. */
import { existsSync } from 'node:fs';
import { continueOnProductNode, productNode, requireNode, ROOT } from './steps/node.mjs';

requireNode();
await continueOnProductNode();
const { EXIT, endWith, Stop } = await import('./steps/exit-codes.mjs');
const { run } = await import('./steps/run.mjs');

const NAMES = ['client', 'scan', 'till', 'settle', 'ledger', 'sync'];

await endWith(async () => {
  const there = NAMES.filter((name) => existsSync(file(name)));
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined || !there.includes(name)) throw new Stop(EXIT.usage, `Usage: npm run bench -- NAME, where NAME is ${there.join(' or ')}.`);
  const { code } = await run(productNode(), [file(name), ...rest], { show: true });
  return code;
});

function file(name) {
  return `${ROOT}tests/bench/${name}.ts`;
}
