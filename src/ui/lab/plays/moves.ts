/** What hands do in more than one play, in the words that stand on the phones. */
import { decimalText } from '#i18n/formats.ts';
import { HEALTHY } from '#faults/armed.ts';
import type { PhoneName } from '#faults/phones.ts';
import type { DemoLedgerReply } from '#protocol/http.ts';
import { DEMO_PIN } from '../desk/Steps.tsx';
import type { Facts, Outcome, Stage, Step, StepName } from './script.ts';

/** More results than this nobody leaves standing on a till. */
const LEFT_STANDING = 6;

/** As before every play: nothing armed, nothing in the way, connected. */
export async function getReady(stage: Stage, name: PhoneName): Promise<void> {
  await stage.ask(name, { do: 'arm', change: HEALTHY });
  await stage.ask(name, { do: 'reopen' });
  await stage.until(() => stage.truth(name).connection === 'online');
  if (name === 'till' || name === 'till2') await clearTill(stage, name);
}

async function clearTill(stage: Stage, name: PhoneName): Promise<void> {
  const { till, take } = stage.words;
  for (let left = 0; left < LEFT_STANDING; left++) {
    for (const button of [till.done, till.doneNext, till.doneNote, take.askingNext]) await stage.tryPress(name, 'button', button);
  }
  await stage.tryPress(name, 'button', till.cancel);
  await stage.tryPress(name, 'button', till.cancelYes);
  await stage.until(() => stage.truth(name).listAge === 'fresh');
}

export const network = (stage: Stage, names: readonly PhoneName[], to: 'on' | 'off'): Promise<unknown> =>
  Promise.all(names.map((name) => stage.ask(name, { do: 'arm', change: { network: to } })));

export const offStep = (name: StepName, at: PhoneName, names: readonly PhoneName[]): Step => ({
  name,
  at,
  run: async (stage) => {
    await network(stage, names, 'off');
    await stage.until(() => names.every((one) => stage.truth(one).connection === 'offline'));
  },
});

export const load: Step = {
  name: 'load',
  at: 'shopper',
  needed: ({ loadMinor }) => loadMinor !== null,
  async run(stage, { loadMinor, ccy }) {
    const { purse, pay } = stage.words;
    const amountMinor = loadMinor ?? 0;
    if (stage.truth('shopper').purse !== null) await stage.follow('shopper', '/purse');
    await stage.follow('shopper', '/purse/load');
    await stage.keys('shopper', decimalText(amountMinor, ccy));
    await stage.press('shopper', 'button', purse.loadAmount(stage.money(amountMinor)));
    await stage.keys('shopper', DEMO_PIN);
    await stage.see('shopper', purse.loaded);
    await stage.press('shopper', 'link', pay.slip.done);
  },
};

export const chargeAt = (name: StepName, till: PhoneName): Step => ({
  name,
  at: till,
  async run(stage, { amountMinor, ccy }) {
    await stage.keys(till, decimalText(amountMinor, ccy));
    await stage.press(till, 'button', stage.words.till.chargeAmount(stage.money(amountMinor)));
    await stage.see(till, stage.words.take.open);
  },
});

/** `ends`: the words on the slip that it leads to. */
export const confirmStep = (name: StepName, ends: (stage: Stage) => string): Step => ({
  name,
  at: 'shopper',
  async run(stage, { amountMinor }) {
    const { confirm } = stage.words.pay;
    await stage.follow('shopper', '/scan');
    await stage.see('shopper', confirm.merchantVerified);
    await stage.tryPress('shopper', 'button', confirm.usePin);
    await stage.tryPress('shopper', 'button', confirm.pay(stage.money(amountMinor)));
    await stage.keys('shopper', DEMO_PIN);
    await stage.see('shopper', ends(stage));
  },
});

export const takeStep = (name: StepName, till: PhoneName, ends: (stage: Stage) => string): Step => ({
  name,
  at: till,
  async run(stage) {
    await stage.press(till, 'link', stage.words.take.open);
    await stage.see(till, ends(stage));
  },
});

/** What the journal has of this sum since the play began: once is right. */
export async function settledOnce(stage: Stage, { amountMinor, sinceMs }: Facts): Promise<Outcome> {
  const books = await stage.books();
  const rows = books.postings.filter((row) => row.atMs >= sinceMs && row.amountMinor === amountMinor && row.credit.startsWith('mer:'));
  const shop = nameOf(books, rows[0]?.credit ?? '');
  const good = rows.length === 1 && books.sumMinor === 0;
  return { good, lines: good ? [stage.plays.once({ money: stage.money(amountMinor), shop }), stage.plays.balanced] : [] };
}

export function nameOf({ balances }: DemoLedgerReply, account: string): string {
  return balances.find((one) => one.account === account)?.name ?? account;
}
