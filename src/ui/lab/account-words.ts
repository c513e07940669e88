/** A ledger account in words: "Shop 街角面馆", or who it is and enough of the id to tell two of them apart. */
import type { DemoLedgerReply } from '#protocol/http.ts';
import type { DeskWords } from './lab-text.ts';

const ID_CHARS = 4;

export function accountWords(account: string, { balances }: Pick<DemoLedgerReply, 'balances'>, words: DeskWords): string {
  const [kind = '', id = '', part] = account.split(':');
  if (!Object.hasOwn(words.accounts, kind)) return account;
  const who = words.accounts[kind as keyof DeskWords['accounts']];
  const name = balances.find((one) => one.account === account)?.name ?? id.slice(0, ID_CHARS);
  if (kind === 'ext') return who;
  if (kind === 'guarantee') return id === '' ? who : `${who} · ${words.receivable}`;
  const rest = part === 'held' ? ` · ${words.held}` : part === 'receivable' ? ` · ${words.receivable}` : '';
  return `${who} ${name}${rest}`;
}
