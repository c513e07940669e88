/** A till that the operator switched off while a payment waited on it: its money is carried out by hand, and the till is let in anew. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { errorWords } from '#i18n/error-words.ts';
import { atCounter, cut, mend, payFromScreen, scanAtTill, seeAccepted, SETTLING } from './harness/counter.ts';
import { charge, PATIENCE } from './harness/people.ts';
import { seeVoucher } from './harness/purse.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';
import type { World } from './harness/world.ts';

const words = wordsIn('zh-CN');
const server = (name: string): string => fileURLToPath(new URL(`../../server/${name}.ts`, import.meta.url));

/** As the operator does it: in a terminal, beside the running server. */
async function order(world: World, command: 'operator' | 'enrol', ...given: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [server(command), ...given], { env: { ...process.env, DATA_DIR: world.server.dataDir } });
  return stdout;
}

/** The last id of a list. */
const lastId = (list: string): string => list.match(/\b[0-9a-f]{32}\b/g)?.at(-1) ?? '';

test('a till that was switched off: what waits is saved, cleared on a word of its own, and a new code lets it in', async ({ world, phone }) => {
  test.setTimeout(180_000);
  const { shoppers: [shopper], tillPhone, till } = await atCounter(phone, 1);
  if (shopper === undefined) throw new Error('no shopper');
  await cut(shopper, tillPhone);
  await charge(till, '3.20');
  const slip = await payFromScreen(shopper, till, '¥3.20');
  await seeVoucher(slip);
  await scanAtTill(tillPhone, slip);
  await seeAccepted(till, '3.20');

  const account = lastId(await order(world, 'operator', 'accounts', '街角面馆'));
  const device = lastId(await order(world, 'operator', 'devices', account));
  await order(world, 'operator', 'end', device, '--by', 'Wu', '--note', 'lost');
  await mend(tillPhone);

  await expect(till.getByText(errorWords(words, 'DEVICE_REVOKED').title)).toBeVisible(SETTLING);
  await till.getByRole('button', { name: words.shell.blocked.again }).click();
  await expect(till.getByText(words.shell.blocked.heldTill)).toBeVisible(PATIENCE);
  await expect(till.getByRole('button', { name: words.shell.blocked.drop })).toHaveCount(0);
  const saved = till.waitForEvent('download');
  await till.getByRole('button', { name: words.pending.export.file }).click();
  expect((await saved).suggestedFilename()).toContain('chit');
  await till.getByRole('button', { name: words.shell.blocked.drop }).click();

  const [code = ''] = (await order(world, 'enrol', '--account', account, '--by', 'Wu')).split('\n');
  await till.getByRole('button', { name: words.shell.firstRun.haveCode }).click(PATIENCE);
  await till.getByRole('textbox', { name: words.shell.firstRun.codeLabel }).fill(code);
  await till.getByRole('button', { name: words.shell.firstRun.open }).click();
  await expect(till.getByRole('textbox', { name: words.till.amount })).toBeVisible(PATIENCE);
});
