/**
 * One browser of one person: its disk, its key, its cookie, its clock, and the contexts that run in it. All but the contexts
 * outlive a crash. What the person sees is `screen`.
 */
import type { Es256Signer } from '#protocol/objects.ts';
import type { Environment, Snapshot } from '#wallet/api.ts';
import type { Keeping } from '#wallet/api-payer.ts';
import { clearMemoryDisk, createMemoryDisk, exchangeRows, type MemoryDisk, type Rows } from '#wallet/memory-disk.ts';
import type { Chance } from './chance.ts';
import { Context } from './context.ts';
import { BrowserLocks } from './locks.ts';
import type { Link } from './network.ts';
import type { Profile, Stage } from './stage.ts';

export type Role = 'payer' | 'till';
type Owned = { readonly name: string; readonly role: Role; readonly partyId: string };
export const BUILD = 'build-2';
const OTHER_BUILDS = ['build-1', 'build-3'];
/** How far back a disk can be set. */
const STATES_KEPT = 12;
/** A second tab is closed after a while. */
const SECOND_TAB_MS = 90_000;

/** One state of the browser's profile: the database with its keys, the session. */
type Past = { readonly rows: Rows; readonly cookie: string | null };

export class Phone implements Profile {
  readonly stage: Stage;
  readonly name: string;
  readonly role: Role;
  /** Whose it is. */
  readonly partyId: string;
  readonly chance: Chance;
  readonly link: Link;
  readonly locks = new BrowserLocks();
  readonly keeping: Keeping;
  readonly disk: MemoryDisk = createMemoryDisk();
  canary = false;
  /** This device's clock less the true time. */
  skewMs = 0;
  page: Context | null = null;
  readonly contexts = new Set<Context>();
  private readonly tabs = new Set<Context>();
  /** What each tab shows. */
  private readonly screens = new Map<Context, Snapshot>();
  /** Outbox rows that a disk fault or a person has destroyed here, by the record that they were about. */
  readonly destroyed = new Set<string>();
  /** Its disk was set back: what it is told may contradict what it knows. */
  setBack = false;
  onCrash: () => void = () => undefined;
  /** Errors that the wallet wrote down. */
  readonly complaints: string[] = [];
  /** Its wallet is a changed one. */
  cheats = false;
  private keysMade = 0;
  private readonly past: Past[] = [];

  constructor(stage: Stage, chance: Chance, { name, role, partyId }: Owned) {
    this.stage = stage;
    this.name = name;
    this.role = role;
    this.partyId = partyId;
    this.chance = chance.fork(name);
    this.link = { name, host: `${name}.chit.localhost:8080`, cookie: null, up: true };
    this.keeping = this.chance.pick(['kept', 'kept', 'best-effort']);
    this.disk.listeners.add({ owner: this, tell: () => this.remember() });
  }

  /** Opens the app, as a person does; nothing when it is open. */
  async open(build = BUILD): Promise<Context> {
    if (this.page !== null && this.page.state !== 'dead') return this.page;
    return this.openTab(build);
  }

  /** The tab before stays, frozen or not, for a while; the person may go back to it. */
  async openAnotherTab(): Promise<void> {
    const before = this.page;
    const { timeline } = this.stage;
    if (before !== null && this.chance.happens(0.5)) timeline.after(this.chance.between(1_000, 30_000), () => this.lookAt(before));
    timeline.after(SECOND_TAB_MS, () => this.closeOtherTabs());
    await this.openTab(BUILD);
  }

  private closeOtherTabs(): void {
    for (const tab of this.tabs) if (tab !== this.page) tab.kill();
  }

  private async openTab(build: string): Promise<Context> {
    const page = this.start(build);
    this.page = page;
    this.tabs.add(page);
    await page.ask((wallet) => wallet.open(this.environment()));
    await page.ask((wallet) => wallet.subscribe((snapshot) => this.see(page, snapshot)));
    return page;
  }

  /** What the browser's Background Sync starts: the service worker, of another build than the page. */
  async syncInBackground(): Promise<void> {
    const worker = this.start(this.chance.pick(OTHER_BUILDS));
    try {
      await worker.ask((wallet) => wallet.syncOnce(this.environment()));
    } finally {
      worker.kill();
    }
  }

  private start(build: string): Context {
    const context = new Context(this, build, (dead) => this.forget(dead));
    this.contexts.add(context);
    return context;
  }

  private forget(dead: Context): void {
    this.contexts.delete(dead);
    this.tabs.delete(dead);
    this.screens.delete(dead);
  }

  /** Every tab is closed, or ends by itself. */
  close(): void {
    this.onCrash();
    for (const context of this.contexts) context.kill();
    this.contexts.clear();
    this.page = null;
    this.screens.clear();
  }

  /** Of the tab that its person looks at. */
  get screen(): Snapshot | null {
    return this.page === null ? null : (this.screens.get(this.page) ?? null);
  }

  /** The person goes back to a tab that is still there. */
  lookAt(tab: Context): void {
    if (tab.state === 'alive') this.page = tab;
  }

  /** Somebody can use it now. */
  get isReady(): boolean {
    return this.screen?.phase === 'ready' && this.page?.state === 'alive';
  }

  /** A cellar, airplane mode, a dead router: for so long. */
  goOffline(forMs: number): void {
    this.link.up = false;
    this.stage.timeline.after(forMs, () => {
      this.link.up = true;
    });
  }

  /** Everything of this site is cleared: by the person, who then begins anew. */
  wipe(): void {
    this.close();
    this.lose(this.disk.rows, null);
    Object.assign(this.link, { cookie: null });
    this.canary = false;
    clearMemoryDisk(this.disk);
  }

  /** The browser threw the database away under the open app. Its cookie and its mark are kept elsewhere. */
  evict(): void {
    this.lose(this.disk.rows, null);
    clearMemoryDisk(this.disk);
  }

  /** The disk as it was some commits ago. False when it was no different. */
  rollBack(commits: number): boolean {
    const before = this.past.at(-1 - commits) ?? this.past[0];
    if (before === undefined || before.rows === this.disk.rows) return false;
    this.close();
    this.lose(this.disk.rows, before.rows);
    exchangeRows(this.disk, before.rows);
    this.setBack = true;
    this.link.cookie = before.cookie;
    return true;
  }

  /** Closed, and its rows written out and read in again, as an update that changes the database does. */
  migrate(): void {
    this.close();
    const { keys, ...rows } = this.disk.rows;
    exchangeRows(this.disk, { ...structuredClone(rows), keys });
  }

  private lose(now: Rows, after: Rows | null): void {
    for (const [id, row] of now.outbox) if (after === null || !after.outbox.has(id)) this.destroyed.add(row.recordId);
    this.past.length = 0;
  }

  private remember(): void {
    if (this.past.push({ rows: this.disk.rows, cookie: this.link.cookie }) > STATES_KEPT) this.past.shift();
  }

  environment(): Environment {
    return { origin: `http://${this.link.host}`, host: this.link.host, keeping: this.keeping, hadWallet: this.canary };
  }

  makeSigner(): Es256Signer {
    this.keysMade += 1;
    return this.stage.keys.signer(`${this.name} ${this.keysMade}`);
  }

  complain(event: string, fields: object): void {
    const complaint = `${event} ${JSON.stringify(fields)}`;
    this.complaints.push(complaint);
    this.stage.trace.say(`${this.stage.timeline.nowMs} ${this.name} ! ${complaint}`);
  }

  private see(page: Context, snapshot: Snapshot): void {
    if (page.state !== 'dead') this.screens.set(page, snapshot);
  }
}
