/**
 * The same money twice: a phone that is set back to before it paid pays in another shop. Nobody can tell while all are offline; the
 * server can, and keeps the proof. What a browser cannot prevent is bounded, found, and paid for.
 */
import type { DemoLedgerReply } from '#protocol/http.ts';
import { chargeAt, confirmStep, load, nameOf, network, offStep, takeStep } from './moves.ts';
import type { Facts, Outcome, Script, Stage, Step } from './script.ts';

const PURSE_MINOR = 4_000;
/** Of what the purse holds: twice this is more than there is. */
const SHARE = 0.8;
const WHOLE_MINOR = 100;

/** A till's last word. */
const VERDICTS: readonly string[] = ['settled', 'guaranteed', 'held', 'rejected'];

const settles = (name: 'first-settles' | 'second-settles', till: 'till' | 'till2'): Step => ({
  name,
  at: till,
  async run(stage) {
    stage.face(till, 'shopper');
    await network(stage, [till], 'on');
    await stage.until(() => VERDICTS.includes(stage.truth(till).last?.state ?? ''));
  },
});

export const doubleSpend: Script = {
  name: 'double-spend',
  cast: ['till', 'till2', 'shopper'],
  amountMinor: (spendableMinor, capMinor) => Math.min(capMinor, Math.max(WHOLE_MINOR, Math.floor((spendableMinor * SHARE) / WHOLE_MINOR) * WHOLE_MINOR)),
  purseMinor: PURSE_MINOR,
  steps: [
    load,
    { name: 'keep', at: 'shopper', run: async (stage) => void (await stage.ask('shopper', { do: 'keep' })) },
    offStep('everybody-off', 'shopper', ['till', 'till2', 'shopper']),
    chargeAt('charge', 'till'),
    confirmStep('confirm-offline', ({ words }) => words.voucher.scanThis),
    takeStep('take-offline', 'till', ({ words }) => words.take.accepted),
    {
      name: 'roll-back',
      at: 'shopper',
      async run(stage) {
        const spentMinor = stage.truth('shopper').purse?.spendableMinor ?? 0;
        await stage.ask('shopper', { do: 'roll-back' });
        await stage.until(() => (stage.truth('shopper').purse?.spendableMinor ?? 0) > spentMinor);
      },
    },
    {
      ...chargeAt('second-charge', 'till2'),
      async run(stage, facts) {
        stage.face('till2', 'shopper');
        await chargeAt('second-charge', 'till2').run(stage, facts);
      },
    },
    confirmStep('second-confirm', ({ words }) => words.voucher.scanThis),
    takeStep('second-take', 'till2', ({ words }) => words.take.accepted),
    settles('first-settles', 'till'),
    settles('second-settles', 'till2'),
    {
      name: 'frozen',
      at: 'shopper',
      async run(stage) {
        await network(stage, ['shopper'], 'on');
        await stage.until(() => stage.truth('shopper').purse?.state === 'frozen');
      },
    },
  ],
  outcome: verdicts,
};

async function verdicts(stage: Stage, { amountMinor }: Facts): Promise<Outcome> {
  const books = await stage.books();
  const purse = books.purses.find(({ id }) => id === stage.truth('shopper').purse?.id);
  const vouchers = books.vouchers.filter((voucher) => voucher.purseId === purse?.id && voucher.amountMinor === amountMinor);
  const good = purse?.proved === true && vouchers.length === 2 && books.sumMinor === 0;
  if (!good) return { good, lines: [] };
  const { plays, money } = stage;
  const said = vouchers.toSorted((a, b) => b.reserveMinor - a.reserveMinor).map((voucher) => verdictWords(stage, books, voucher));
  const guaranteeMinor = vouchers.reduce((sum, voucher) => sum + voucher.guaranteeMinor, 0);
  const debt = guaranteeMinor > 0 ? [plays.debt(money(guaranteeMinor))] : [];
  return { good, lines: [plays.both({ money: money(amountMinor) }), ...said, plays.proof, ...debt] };
}

/** Who paid how much of it, and what nobody did. */
function verdictWords({ plays, money }: Stage, books: DemoLedgerReply, voucher: DemoLedgerReply['vouchers'][number]): string {
  const { merchantId, amountMinor, reserveMinor, guaranteeMinor } = voucher;
  const unpaidMinor = amountMinor - reserveMinor - guaranteeMinor;
  const parts = [
    ...(reserveMinor > 0 ? [plays.fromReserve(money(reserveMinor))] : []),
    ...(guaranteeMinor > 0 ? [plays.fromGuarantee(money(guaranteeMinor))] : []),
    ...(unpaidMinor > 0 ? [plays.unpaid(money(unpaidMinor))] : []),
  ];
  return plays.verdict({ shop: nameOf(books, `mer:${merchantId}`), parts: parts.join(plays.and) });
}
