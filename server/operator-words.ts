/** What the operator's command prints: plain lines for a terminal and for grep. Decides nothing. */
import { currencyByNumeric } from '#protocol/currency.ts';
import { formatMinor } from '#protocol/money.ts';
import type { Conflict } from '#protocol/purse-rules.ts';
import type { AppealShown, FrozenAccount, FrozenPurse, HeldClaim, PurseHeld } from './core/operator-lists.ts';
import type { OperatorOrder } from './core/ports-offline.ts';
import type { Device, Party } from './core/ports.ts';

const CONFLICTS: Readonly<Record<Conflict, string>> = {
  'same-seq': 'two vouchers have one number',
  cumulative: 'the sums do not fit into one history',
  'broken-chain': 'the second does not follow the first',
};

const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

function money(minor: number, ccy: number): string {
  const currency = currencyByNumeric(ccy);
  return `${formatMinor(minor, currency?.decimals ?? 0)} ${currency?.code ?? ccy}`;
}

export function frozenLines(accounts: readonly FrozenAccount[]): string[] {
  if (accounts.length === 0) return ['No account is frozen, and there is no proof against any.'];
  return accounts.flatMap(({ party, purses }) => [`account ${party.id}  ${party.name}  ${party.status}`, ...purses.flatMap(purseLines)]);
}

function purseLines({ purse, reserveMinor, proof }: FrozenPurse): string[] {
  const { id, state, ccy, limMinor, claimDeadlineMs } = purse;
  const [one, two] = proof.vouchers.map(({ vid, seq, cumMinor, amountMinor, shop }) => `no. ${seq} ${vid}: ${money(amountMinor, ccy)} to ${shop}, ${money(cumMinor, ccy)} in all`);
  return [
    `  purse ${id}  ${state}  holds ${money(reserveMinor, ccy)} of ${money(limMinor, ccy)}, claims until ${at(claimDeadlineMs)}`,
    `  proof of ${at(proof.atMs)}: ${CONFLICTS[proof.conflict]}`,
    `    ${one}`,
    `    ${two}`,
    ...proof.bytes.map((bytes) => `    ${bytes}`),
  ];
}

export function heldLines(claims: readonly HeldClaim[]): string[] {
  if (claims.length === 0) return ['No claim is held.'];
  return claims.map(({ row, shop, payer }) => {
    const untilMs = row.heldUntilMs ?? row.decidedAtMs;
    return `voucher ${row.vid}  ${money(row.reserveMinor + row.guaranteeMinor, row.ccy)} to ${shop}, ${money(row.guaranteeMinor, row.ccy)} of it by the guarantee, purse ${row.purseId} of ${payer.name} (${payer.id}), paid at ${at(untilMs)}`;
  });
}

/** The words of an appeal are a stranger's: nothing in them may move the terminal's cursor. */
export function appealLines(appeals: readonly AppealShown[]): string[] {
  if (appeals.length === 0) return ['No appeal waits for an answer.'];
  return appeals.flatMap(({ appeal, party }) => [
    `appeal ${appeal.id}  ${at(appeal.atMs)}  ${party.name} (${party.id}) about ${appeal.subject}`,
    ...printable(appeal.text).map((line) => `  ${line}`),
  ]);
}

export function accountLines(parties: readonly Party[]): string[] {
  if (parties.length === 0) return ['No account has a name like this.'];
  return parties.map(({ id, name, kind, status, createdAtMs }) => `account ${id}  ${name}  ${kind}  ${status}  since ${at(createdAtMs)}`);
}

export function deviceLines(devices: readonly Device[]): string[] {
  if (devices.length === 0) return ['This account has no device.'];
  return devices.map(({ id, terminal, createdAtMs }) => `device ${id}${terminal === null ? '' : `  till no. ${terminal}`}  since ${at(createdAtMs)}`);
}

export function purseHeldLines(purses: readonly PurseHeld[]): string[] {
  if (purses.length === 0) return ['This account has no purse.'];
  return purses.map(({ purse: { id, kind, state, ccy, limMinor, deviceId, openedAtMs, revokedAtMs, claimDeadlineMs }, reserveMinor }) => {
    const sort = kind === 'tab' ? 'for one shop  ' : '';
    const refused = revokedAtMs === null ? '' : ` and revoked since ${at(revokedAtMs)}`;
    return `purse ${id}  ${sort}${state}${refused}  holds ${money(reserveMinor, ccy)} of ${money(limMinor, ccy)}, on device ${deviceId} since ${at(openedAtMs)}, claims until ${at(claimDeadlineMs)}`;
  });
}

export function orderLines(orders: readonly OperatorOrder[]): string[] {
  if (orders.length === 0) return ['Nothing was ordered yet.'];
  return orders.map(({ seq, atMs, by, kind, subject, note }) => `${seq}  ${at(atMs)}  ${by}  ${kind} ${subject}${note === '' ? '' : `  ${printable(note).join(' ')}`}`);
}

function printable(text: string): string[] {
  return text.split(/\r?\n/u).map((line) => line.replaceAll(/\p{C}/gu, '\u{FFFD}'));
}
