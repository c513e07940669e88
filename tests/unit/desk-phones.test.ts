/** What a desk believes of its phones: a page that is being left still talks, and is not heard. */
import { expect, test } from 'vitest';
import { HEALTHY } from '#faults/armed.ts';
import { demoHosts, type FromDesk, type PhoneNews, type PhoneTruth } from '#ui/lab/desk-messages.ts';
import { createDeskPhones } from '#ui/lab/desk-phones.ts';

const ONLINE: PhoneTruth = {
  account: 'a',
  name: 'n',
  ccy: 156,
  balanceMinor: 0,
  connection: 'online',
  waiting: 0,
  path: '/till',
  purse: null,
  unsettled: { count: 0, amountMinor: 0 },
  listAge: 'fresh',
  lostMinor: 0,
  last: null,
};

/** A desk with a second till, which says what the test lets it say and hears what the desk tells it. */
function openDesk() {
  const hosts = demoHosts({ protocol: 'http:', hostname: 'desk.chit.localhost', port: '8080' });
  if (hosts === null) throw new Error('no hosts');
  const page = Object.assign(new EventTarget(), { setTimeout, clearTimeout });
  const told: FromDesk[] = [];
  const contentWindow = { postMessage: (message: FromDesk) => void told.push(message) };
  const desk = createDeskPhones(page as unknown as Window, hosts);
  desk.attach('till2', Object.assign(new EventTarget(), { contentWindow }) as unknown as HTMLIFrameElement);
  const say = (bornMs: number, news: PhoneNews) =>
    void page.dispatchEvent(Object.assign(new Event('message'), { origin: hosts.till2, source: contentWindow, data: { chit: 'phone', bornMs, ...news } }));
  return { desk, told, say, truth: () => desk.phones.till2.value.truth };
}

test('what a phone still says after it was asked to start again is not taken for the new start, though nothing was known of it before', async () => {
  const { desk, told, say, truth } = openDesk();
  say(1, { kind: 'faults', faults: { armed: HEALTHY, keptAtMs: null } });
  const reopened = desk.ask('till2', { do: 'reopen' });
  // Its account opened in the same moment.
  say(1, { kind: 'truth', truth: ONLINE });
  const task = told.find((message) => message.kind === 'task');
  if (task === undefined) throw new Error('not asked');
  say(1, { kind: 'done', id: task.id, done: { ok: true } });
  expect(await reopened).toEqual({ ok: true });
  expect(truth()).toBeNull();
  say(1, { kind: 'away' });
  say(2, { kind: 'truth', truth: ONLINE });
  expect(truth()).toEqual(ONLINE);
});
