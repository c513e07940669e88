/** What the operator's people look at before they decide: frozen accounts with their proofs, held claims, appeals, orders; and the accounts, devices and purses that orders name. Reads only. */
import { assert } from '#base/assert.ts';
import { fromBase64Url, toHex } from '#base/bytes.ts';
import { reserveAccount } from '#protocol/ledger.ts';
import type { Voucher } from '#protocol/objects.ts';
import { chainLink, conflict, type Conflict } from '#protocol/purse-rules.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { AppealRow, OperatorOrder, ProofRow, PurseRow, VoucherRow } from './ports-offline.ts';
import type { Device, Party, Store, Tx } from './ports.ts';

/** In one list: more than that is for a query of one's own. */
const SHOWN = 200;

/** One of the two vouchers of a proof. */
export type Evidence = { readonly vid: string; readonly seq: number; readonly cumMinor: number; readonly amountMinor: number; readonly shop: string };
export type ProofShown = {
  readonly atMs: number;
  readonly conflict: Conflict;
  readonly vouchers: readonly [Evidence, Evidence];
  /** base64url, for whoever checks it with the public keys. */
  readonly bytes: readonly [string, string];
};
export type FrozenPurse = { readonly purse: PurseRow; readonly reserveMinor: number; readonly proof: ProofShown };
export type FrozenAccount = { readonly party: Party; readonly purses: readonly FrozenPurse[] };

/** Accounts that are frozen, and all that ever had a proof against one of their purses. */
export async function frozenAccounts(store: Store): Promise<FrozenAccount[]> {
  const { parties, proved } = await store.transaction(async (tx) => {
    const shown = await Promise.all((await tx.newestProofs(SHOWN)).map(async (row) => ({ proof: await shownProof(tx, row), purse: await purseOf(tx, row) })));
    const owners = await Promise.all([...new Set(shown.map(({ purse }) => purse.partyId))].map((id) => tx.party(id)));
    const all = [...(await tx.frozenParties(SHOWN)), ...owners].filter((party) => party !== null);
    return { parties: [...new Map(all.map((party) => [party.id, party])).values()], proved: shown };
  });
  const held = await Promise.all(proved.map(async (each) => ({ ...each, reserveMinor: await store.balance(reserveAccount(each.purse.id)) })));
  return parties.map((party) => ({ party, purses: held.filter(({ purse }) => purse.partyId === party.id) }));
}

async function purseOf(tx: Tx, { purseId }: ProofRow): Promise<PurseRow> {
  const purse = await tx.purse(purseId);
  assert(purse !== null, 'a proof is of a purse');
  return purse;
}

async function shownProof(tx: Tx, { one, other, atMs }: ProofRow): Promise<ProofShown> {
  const [a, b] = [voucherOf(one), voucherOf(other)];
  const broken = conflict(chainLink(a), chainLink(b));
  assert(broken !== null, 'a proof is of two that contradict each other');
  return { atMs, conflict: broken, vouchers: [await evidenceOf(tx, a), await evidenceOf(tx, b)], bytes: [one, other] };
}

function voucherOf(text: string): Voucher {
  const bytes = fromBase64Url(text);
  const voucher = bytes === null ? null : decodeVoucher(bytes);
  assert(voucher !== null && voucher.ok, 'a voucher that was stored can be read');
  return voucher.value;
}

async function evidenceOf(tx: Tx, { vid, seq, cumMinor, amountMinor, merchantId }: Voucher): Promise<Evidence> {
  const merchant = await tx.merchant(toHex(merchantId));
  return { vid: toHex(vid), seq, cumMinor, amountMinor, shop: merchant?.name ?? toHex(merchantId) };
}

export type HeldClaim = { readonly row: VoucherRow; readonly shop: string; readonly payer: Party };

/** The one that is let go next comes first. */
export function heldClaims(store: Store): Promise<HeldClaim[]> {
  return store.transaction(async (tx) =>
    Promise.all(
      (await tx.heldVouchers(SHOWN)).map(async (row) => {
        const [merchant, payer] = await Promise.all([tx.merchant(row.merchantId), tx.party(row.payerPartyId)]);
        assert(merchant !== null && payer !== null, 'accounts stay');
        return { row, shop: merchant.name, payer };
      }),
    ),
  );
}

export type AppealShown = { readonly appeal: AppealRow; readonly party: Party };

/** The oldest that nobody has answered comes first. */
export function openAppeals(store: Store): Promise<AppealShown[]> {
  return store.transaction(async (tx) =>
    Promise.all(
      (await tx.openAppeals(SHOWN)).map(async (appeal) => {
        const party = await tx.party(appeal.partyId);
        assert(party !== null, 'accounts stay');
        return { appeal, party };
      }),
    ),
  );
}

/** What people know of an account is its name. */
export function accountsNamed(store: Store, text: string): Promise<Party[]> {
  return store.transaction((tx) => tx.partiesNamed(text, SHOWN));
}

/** Those that are signed in or may sign in, oldest first. Null: no such account. */
export function liveDevices(store: Store, partyId: string): Promise<readonly Device[] | null> {
  return store.transaction(async (tx) => {
    if ((await tx.party(partyId)) === null) return null;
    return tx.liveDevicesOfParty(partyId);
  });
}

export type PurseHeld = { readonly purse: PurseRow; readonly reserveMinor: number };

/** Those that are not over, oldest first. Null: no such account. */
export async function heldPurses(store: Store, partyId: string): Promise<readonly PurseHeld[] | null> {
  const purses = await store.transaction(async (tx) => ((await tx.party(partyId)) === null ? null : tx.pursesOfParty(partyId)));
  return purses === null ? null : Promise.all(purses.map(async (purse) => ({ purse, reserveMinor: await store.balance(reserveAccount(purse.id)) })));
}

/** Newest first. */
export function ordersGiven(store: Store): Promise<OperatorOrder[]> {
  return store.transaction((tx) => tx.operatorOrders(SHOWN));
}
