/**
 * Runs inside each phone of the desk, demo build only. The host name says who this phone is: it opens that demo account by
 * itself, tells the desk which code is on its screen and what its wallet knows, gets the other phone's code into its camera, and
 * does what the desk asks for. Opened outside the desk it only opens the account, and the camera is the device's own.
 */
import { effect } from '@preact/signals';
import type { PhoneLab } from '#faults/phone-lab.ts';
import type { PhoneName } from '#faults/phones.ts';
import type { RecordView, Snapshot } from '#wallet/api.ts';
import type { SettingsModel } from '#ui/models/settings.ts';
import type { WalletModel } from '#ui/models/wallet.ts';
import { demoHosts, needsFreshStart, readFromDesk, roleOf, type FromDesk, type FromPhone, type PhoneNews, type PhoneTruth } from './desk-messages.ts';
import { doTask } from './phone-tasks.ts';
import { installVirtualCamera } from './virtual-camera.ts';

const ENROL_AGAIN_MS = 2_000;
/** A twin opens no account: it waits to become somebody. */
const ACCOUNTS = { shopper: 'demo-shopper', till: 'demo-merchant', till2: 'demo-merchant-2', twin: null } as const;

type Tell = (news: PhoneNews) => void;

export function startPhoneBridge(page: Window, lab: PhoneLab, wallet: WalletModel, settings: SettingsModel): void {
  const role = roleOf(page.location.hostname);
  const hosts = demoHosts(page.location);
  if (role === null || role === 'desk' || hosts === null) return;
  enrolWhenEmpty(wallet, role);
  if (page.parent !== page) connectToDesk(page, hosts.desk, lab, wallet, settings);
}

function enrolWhenEmpty(wallet: WalletModel, role: PhoneName): void {
  const demo = ACCOUNTS[role];
  if (demo === null) return;
  let trying = false;
  const enrol = async (): Promise<void> => {
    const enrolled = await wallet.api.enrol({ demo });
    // Another tab has opened it meanwhile: there is nothing to try again.
    trying = !enrolled.ok && enrolled.error !== 'WRONG_MODE';
    if (trying) setTimeout(() => void enrol(), ENROL_AGAIN_MS);
  };
  effect(() => {
    if (wallet.snapshot.value.phase !== 'welcome' || trying) return;
    trying = true;
    void enrol();
  });
}

function connectToDesk(page: Window, deskOrigin: string, lab: PhoneLab, wallet: WalletModel, settings: SettingsModel): void {
  const bornMs = page.performance.timeOrigin;
  const tell: Tell = (news) => page.parent.postMessage({ chit: 'phone', bornMs, ...news } satisfies FromPhone, deskOrigin);
  const camera = 'mediaDevices' in page.navigator ? installVirtualCamera(page.navigator.mediaDevices) : null;
  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.origin !== deskOrigin || event.source !== page.parent) return;
    const message = readFromDesk(event.data);
    if (message !== null) void obey(message);
  });

  async function obey(message: FromDesk): Promise<void> {
    if (message.kind === 'see') camera?.see(message.text);
    if (message.kind === 'language') settings.change({ language: message.language });
    if (message.kind === 'reset') await startOver(page, wallet);
    if (message.kind !== 'task') return;
    const done = await doTask(lab, page.document, message.task);
    tell({ kind: 'done', id: message.id, done });
    if (done.ok && needsFreshStart(message.task)) lab.startAnew();
    else void reportFaults(lab, tell);
  }

  reportCode(page.document, tell);
  reportTruth(page, wallet, tell);
  passOnNews(lab, tell);
  announceNetwork(page, lab);
  page.addEventListener('pagehide', () => tell({ kind: 'away' }));
}

/**
 * Signs out; the account that opens by itself then is waited for. A page that is left before would take the mark of the old wallet
 * along and start as one that was cleared. Where signing out is refused, money is in motion: the phone only goes to its first screen.
 */
async function startOver(page: Window, wallet: WalletModel): Promise<void> {
  let left = false;
  let stop = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    stop = effect(() => {
      const { phase } = wallet.snapshot.value;
      left ||= phase === 'welcome';
      if (left && phase === 'ready') resolve();
    });
  });
  if ((await wallet.api.signOut()).ok) await opened;
  stop();
  page.location.assign('/');
}

/** CodeView marks its canvas with the text it draws; watching for the mark keeps the demo out of the app's own code. */
function reportCode(document: Document, tell: Tell): void {
  let told: string | null | undefined;
  const look = () => {
    const shown = [...document.querySelectorAll<HTMLElement>('[data-code]')].at(-1)?.dataset['code'] ?? null;
    if (shown === told) return;
    told = shown;
    tell({ kind: 'code', text: shown });
  };
  new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-code'] });
  look();
}

function reportTruth(page: Window, wallet: WalletModel, tell: Tell): void {
  let told = '';
  const report = () => {
    const truth = truthOf(wallet.snapshot.value, page);
    const text = JSON.stringify(truth);
    if (truth === null || text === told) return;
    told = text;
    tell({ kind: 'truth', truth });
  };
  effect(report);
  // A step inside the app draws something; there is no event for the path as such.
  new MutationObserver(report).observe(page.document.documentElement, { subtree: true, childList: true });
}

function truthOf(snapshot: Snapshot, page: Window): PhoneTruth | null {
  const { identity, balance, connection, waiting, recent, offline, till } = snapshot;
  if (identity === null) return null;
  const purse = offline?.purses.find(({ kind }) => kind === 'open') ?? null;
  return {
    account: identity.accountId,
    name: identity.name,
    ccy: identity.ccy,
    balanceMinor: balance?.amountMinor ?? null,
    connection,
    waiting,
    path: page.location.pathname,
    purse: purse && { id: purse.id, spendableMinor: purse.spendableMinor, capMinor: Math.min(purse.capMinor, offline?.capMinor ?? 0), state: purse.state },
    unsettled: offline?.unsettled ?? till?.unsynced ?? { count: 0, amountMinor: 0 },
    listAge: till?.listAge ?? null,
    lostMinor: till?.lost.amountMinor ?? 0,
    last: lastOf(recent[0]),
  };
}

function lastOf(record: RecordView | undefined): PhoneTruth['last'] {
  if (record === undefined) return null;
  return { id: record.id, state: stateOf(record), amountMinor: record.amountMinor, atMs: record.atMs };
}

function stateOf(record: RecordView): string {
  switch (record.type) {
    case 'credit':
      return 'credit';
    case 'purse':
      return record.event;
    case 'sale':
      return record.claim === null ? record.state : record.claim.state;
    case 'payment':
    case 'voucher':
      return record.state;
  }
}

/** What fires in the worker or the service worker, every line of their log, and what is set. */
function passOnNews(lab: PhoneLab, tell: Tell): void {
  lab.board.onNews((news) => {
    if (news.kind === 'armed') return void reportFaults(lab, tell);
    tell(news);
  });
  void lab.board.ready.then(() => reportFaults(lab, tell));
}

/** As a browser does when its network goes and comes back: the wallet asks at once then, and does not sit out a back-off. */
function announceNetwork(page: Window, lab: PhoneLab): void {
  let before = lab.board.now().network;
  void lab.board.ready.then(() => (before = lab.board.now().network));
  lab.board.onNews(() => {
    const { network } = lab.board.now();
    if (network === before) return;
    before = network;
    page.dispatchEvent(new Event(network === 'on' ? 'online' : 'offline'));
  });
}

async function reportFaults(lab: PhoneLab, tell: Tell): Promise<void> {
  tell({ kind: 'faults', faults: { armed: lab.board.now(), keptAtMs: await lab.keptAtMs() } });
}
