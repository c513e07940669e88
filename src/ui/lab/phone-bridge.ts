/**
 * Runs inside each phone of the desk, demo build only. The host name says who this phone is: it opens that demo account by
 * itself, tells the desk which code is on its screen and what its wallet knows, and gets the other phone's code into its
 * camera. Opened outside the desk it only opens the account, and the camera is the device's own.
 */
import { effect } from '@preact/signals';
import type { Snapshot } from '#wallet/api.ts';
import type { SettingsModel } from '../models/settings.ts';
import type { WalletModel } from '../models/wallet.ts';
import { demoHosts, readFromDesk, roleOf, type FromDesk, type FromPhone, type PhoneRole } from './desk-messages.ts';
import { installVirtualCamera } from './virtual-camera.ts';

const ENROL_AGAIN_MS = 2_000;

export function startPhoneBridge(page: Window, wallet: WalletModel, settings: SettingsModel): void {
  const role = roleOf(page.location.hostname);
  const hosts = demoHosts(page.location);
  if (role === null || role === 'desk' || hosts === null) return;
  enrolWhenEmpty(wallet, role);
  if (page.parent !== page) connectToDesk(page, hosts.desk, wallet, settings);
}

function enrolWhenEmpty(wallet: WalletModel, role: PhoneRole): void {
  let trying = false;
  const enrol = async (): Promise<void> => {
    const enrolled = await wallet.api.enrol({ demo: role === 'till' ? 'demo-merchant' : 'demo-shopper' });
    trying = !enrolled.ok;
    if (!enrolled.ok) setTimeout(() => void enrol(), ENROL_AGAIN_MS);
  };
  effect(() => {
    if (wallet.snapshot.value.phase !== 'welcome' || trying) return;
    trying = true;
    void enrol();
  });
}

function connectToDesk(page: Window, deskOrigin: string, wallet: WalletModel, settings: SettingsModel): void {
  const tell = (message: FromPhone) => page.parent.postMessage(message, deskOrigin);
  const camera = 'mediaDevices' in page.navigator ? installVirtualCamera(page.navigator.mediaDevices) : null;
  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.origin !== deskOrigin || event.source !== page.parent) return;
    const message = readFromDesk(event.data);
    if (message !== null) obey(message);
  });

  function obey(message: FromDesk): void {
    if (message.kind === 'see') camera?.see(message.text);
    if (message.kind === 'language') settings.change({ language: message.language });
    if (message.kind === 'reset') void wallet.api.signOut().then(() => page.location.assign('/'));
  }

  reportCode(page.document, tell);
  reportTruth(page, wallet, tell);
}

/** CodeView marks its canvas with the text it draws; watching for the mark keeps the demo out of the app's own code. */
function reportCode(document: Document, tell: (message: FromPhone) => void): void {
  let told: string | null | undefined;
  const look = () => {
    const shown = [...document.querySelectorAll<HTMLElement>('[data-code]')].at(-1)?.dataset['code'] ?? null;
    if (shown === told) return;
    told = shown;
    tell({ chit: 'phone', kind: 'code', text: shown });
  };
  new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-code'] });
  look();
}

function reportTruth(page: Window, wallet: WalletModel, tell: (message: FromPhone) => void): void {
  let told = '';
  const report = () => {
    const truth = truthOf(wallet.snapshot.value, page.location.pathname);
    const text = JSON.stringify(truth);
    if (truth === null || text === told) return;
    told = text;
    tell({ chit: 'phone', kind: 'truth', truth });
  };
  effect(report);
  // A step inside the app draws something; there is no event for the path as such.
  new MutationObserver(report).observe(page.document.documentElement, { subtree: true, childList: true });
}

function truthOf(snapshot: Snapshot, path: string) {
  const { identity, balance, connection, waiting, recent } = snapshot;
  if (identity === null) return null;
  const record = recent[0];
  const state = record === undefined ? '' : record.type === 'credit' ? 'credit' : record.type === 'purse' ? record.event : record.state;
  const last = record === undefined ? null : { id: record.id, state, amountMinor: record.amountMinor, atMs: record.atMs };
  return { name: identity.name, ccy: identity.ccy, balanceMinor: balance?.amountMinor ?? null, connection, waiting, path, last };
}
