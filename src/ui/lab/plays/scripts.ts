/** The four connectivities, each from the first key to both verdicts. */
import { doubleSpend } from './double-spend.ts';
import { chargeAt, confirmStep, load, network, offStep, settledOnce, takeStep } from './moves.ts';
import type { PlayName, Script, Step } from './script.ts';

/** Sums that tell the plays apart in the books. */
const AMOUNTS = { online: 1_280, payerOffline: 1_360, tillOffline: 1_150, bothOffline: 1_480 } as const;
const PURSE_MINOR = 6_000;

const paidOnTill = (at: 'till'): Step => ({ name: 'paid-both', at, run: (stage) => stage.see(at, stage.words.till.paid) });

const shopperOn: Step = {
  name: 'shopper-on',
  at: 'shopper',
  async run(stage) {
    await network(stage, ['shopper'], 'on');
    await stage.see('shopper', stage.words.voucher.state.settled);
  },
};

const bothOnline: Script = {
  name: 'both-online',
  cast: ['till', 'shopper'],
  amountMinor: () => AMOUNTS.online,
  purseMinor: 0,
  steps: [chargeAt('charge', 'till'), confirmStep('confirm', ({ words }) => words.pay.state.settled), paidOnTill('till')],
  outcome: settledOnce,
};

const payerOffline: Script = {
  name: 'payer-offline',
  cast: ['till', 'shopper'],
  amountMinor: () => AMOUNTS.payerOffline,
  purseMinor: PURSE_MINOR,
  steps: [
    load,
    offStep('shopper-off', 'shopper', ['shopper']),
    chargeAt('charge', 'till'),
    confirmStep('confirm-offline', ({ words }) => words.voucher.scanThis),
    takeStep('take-online', 'till', ({ words }) => words.till.paid),
    shopperOn,
  ],
  outcome: settledOnce,
};

const tillOffline: Script = {
  name: 'till-offline',
  cast: ['till', 'shopper'],
  amountMinor: () => AMOUNTS.tillOffline,
  purseMinor: 0,
  steps: [
    offStep('till-off', 'till', ['till']),
    chargeAt('charge', 'till'),
    confirmStep('confirm', ({ words }) => words.pay.state.settled),
    {
      name: 'proof',
      at: 'shopper',
      async run(stage) {
        await stage.press('shopper', 'button', stage.words.voucher.proof.open);
        await stage.see('shopper', stage.words.voucher.proof.scan);
      },
    },
    takeStep('take-proof', 'till', ({ words }) => words.till.paid),
    {
      name: 'till-on',
      at: 'till',
      async run(stage) {
        await network(stage, ['till'], 'on');
        await stage.until(() => stage.truth('till').connection === 'online' && stage.truth('till').waiting === 0);
      },
    },
  ],
  outcome: settledOnce,
};

const bothOffline: Script = {
  name: 'both-offline',
  cast: ['till', 'shopper'],
  amountMinor: () => AMOUNTS.bothOffline,
  purseMinor: PURSE_MINOR,
  steps: [
    load,
    offStep('all-off', 'shopper', ['till', 'shopper']),
    chargeAt('charge', 'till'),
    confirmStep('confirm-offline', ({ words }) => words.voucher.scanThis),
    takeStep('take-offline', 'till', ({ words }) => words.take.accepted),
    {
      name: 'till-settles',
      at: 'till',
      async run(stage) {
        await network(stage, ['till'], 'on');
        await stage.see('till', stage.words.till.paid);
      },
    },
    shopperOn,
  ],
  outcome: settledOnce,
};

export const SCRIPTS: { readonly [N in PlayName]: Script } = {
  'both-online': bothOnline,
  'payer-offline': payerOffline,
  'till-offline': tillOffline,
  'both-offline': bothOffline,
  'double-spend': doubleSpend,
};
