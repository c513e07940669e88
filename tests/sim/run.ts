/**
 * One seed, played: operations by random people, most of them with a fault that waits to strike, one after the other or into
 * each other; the laws after every step; then everything heals and must come to an end. See heal.ts and laws.ts.
 */
import { Book, type Violation } from './book.ts';
import { Cells, FAULTS, type FaultName, type Operation } from './cells.ts';
import type { Chance } from './chance.ts';
import { type Context, Cut } from './context.ts';
import { arm, type Armed } from './faults.ts';
import { heal } from './heal.ts';
import { checkLaws } from './laws.ts';
import { SCRIPTS, subjectsOf, WEIGHTS } from './operations.ts';
import { populate, type Plan } from './people.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';
import { settled } from './timeline.ts';
import type { Given, World } from './world.ts';

/** One operation under way: whose it is, and the fault that waits for it. */
export type Doing = { readonly operation: Operation; readonly subject: Phone; armed: Armed | null; done: boolean };

type Watcher = { readonly met: () => boolean; readonly untilMs: number; readonly resolve: (met: boolean) => void };

/** What a person waits for a screen at most. */
const PATIENCE_MS = 40_000;
/** In which one operation ends, or is left to itself. */
const OPERATION_MS = 120_000;

export class Run implements Scene {
  readonly world: World;
  readonly chance: Chance;
  readonly book = new Book();
  readonly cells = new Cells();
  readonly violations: Violation[] = [];
  readonly plan: Plan;
  private readonly running = new Set<Doing>();
  private watchers: Watcher[] = [];
  steps = 0;

  private constructor(world: World, plan: Plan) {
    this.world = world;
    this.plan = plan;
    this.chance = world.chance.fork('run');
    world.stage.strike = (profile, context, call) => {
      for (const { armed } of this.running) {
        const blow = armed?.strike(profile, context, call) ?? null;
        if (blow !== null) return blow;
      }
      return null;
    };
    world.stage.network.fateOf = (letter) => {
      for (const { armed } of this.running) {
        const fate = armed?.fateOf(letter) ?? null;
        if (fate !== null) return fate;
      }
      return null;
    };
  }

  static async open(given: Given): Promise<Run> {
    const { world, plan } = await populate(given);
    const run = new Run(world, plan);
    for (const phone of plan.phones) await run.join(phone);
    return run;
  }

  async play(steps: number): Promise<void> {
    for (let at = 0; at < steps && this.violations.length === 0; at++) {
      this.steps += 1;
      await this.step();
      await checkLaws(this);
    }
    if (this.violations.length === 0) await heal(this);
    for (const phone of this.world.phones) phone.close();
  }

  /** Resolves when a screen, or anything else, is as wanted; false when it never was. */
  until(met: () => boolean, limitMs = PATIENCE_MS): Promise<boolean> {
    if (met()) return Promise.resolve(true);
    return new Promise((resolve) => this.watchers.push({ met, untilMs: this.world.timeline.nowMs + limitMs, resolve }));
  }

  pause(limitMs: number): Promise<void> {
    return this.world.timeline.pause(limitMs);
  }

  say(line: string): void {
    this.world.stage.trace.say(`${this.world.timeline.nowMs} ${line}`);
  }

  /** Runs what was begun to its end. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const watched = work.finally(() => {
      done = true;
    });
    watched.catch(() => undefined);
    await this.drive(() => done, 3_600_000);
    if (!done) throw new Error('nothing happens any more');
    return watched;
  }

  async drive(done: () => boolean, limitMs: number): Promise<void> {
    const { timeline } = this.world;
    const untilMs = timeline.nowMs + limitMs;
    await settled();
    while (!done()) {
      if (this.tellWatchers()) {
        await settled();
        continue;
      }
      const next = timeline.nextMs();
      if (next === null || next > untilMs) {
        timeline.nowMs = Math.max(timeline.nowMs, untilMs);
        break;
      }
      await timeline.step();
    }
    if (this.tellWatchers()) await settled();
  }

  private tellWatchers(): boolean {
    if (this.watchers.length === 0) return false;
    const { nowMs } = this.world.timeline;
    const over = this.watchers.filter((watcher) => watcher.met() || nowMs >= watcher.untilMs);
    if (over.length === 0) return false;
    this.watchers = this.watchers.filter((watcher) => !over.includes(watcher));
    for (const watcher of over) watcher.resolve(watcher.met());
    return true;
  }

  /** Is no operation under way? */
  get idle(): boolean {
    return this.running.size === 0;
  }

  /** Is nobody using this phone? */
  isFree(phone: Phone): boolean {
    return [...this.running].every((doing) => doing.subject !== phone);
  }

  private async step(): Promise<void> {
    await this.openApps();
    const operation = this.chance.pickBy(WEIGHTS);
    const subjects = subjectsOf(this, operation).filter((phone) => this.isFree(phone));
    if (subjects.length > 0) await this.begin(operation, this.chance.pick(subjects));
    if (this.chance.happens(this.plan.nightRate)) await this.night();
  }

  private async begin(operation: Operation, subject: Phone): Promise<void> {
    const fault: FaultName | null = this.chance.happens(this.plan.faultRate) ? this.chance.pick(FAULTS) : null;
    const doing: Doing = { operation, subject, armed: null, done: false };
    // What was armed in time and strikes after the end, as a late copy of a letter may, is no cell.
    if (fault !== null) doing.armed = arm(this, fault, subject, () => (doing.done ? undefined : this.cells.hit(operation, fault)));
    this.say(`-- ${subject.name}: ${operation}${fault === null ? '' : `, ${fault} waits`}`);
    this.running.add(doing);
    void this.carryOut(doing);
    const leftAlone = this.chance.happens(this.plan.overlapRate);
    await this.drive(() => doing.done, leftAlone ? this.chance.between(20, 3_000) : OPERATION_MS);
    await this.drive(() => false, this.chance.happens(0.7) ? this.chance.between(0, 300) : this.chance.between(0, 20_000));
  }

  private async carryOut(doing: Doing): Promise<void> {
    const { operation, subject, armed } = doing;
    let outcome = 'cut';
    try {
      outcome = await SCRIPTS[operation](this, subject);
      // What it set off belongs to it: sending, hints, the feed.
      await this.pause(this.chance.between(100, 1_500));
    } catch (thrown) {
      if (!(thrown instanceof Cut)) this.violations.push({ law: 'no call throws', what: `${operation} of ${subject.name}: ${thrown instanceof Error ? thrown.stack : String(thrown)}` });
    }
    armed?.disarm();
    doing.done = true;
    this.running.delete(doing);
    this.say(`-- ${subject.name}: ${operation}: ${outcome}`);
  }

  /** Who finds the app closed opens it; who finds it empty or locked out gets in again, sooner or later. */
  private async openApps(): Promise<void> {
    for (const phone of this.world.phones) {
      if (!this.isFree(phone)) continue;
      if (phone.page === null || phone.page.state === 'dead') await this.finish(phone.open().catch(() => undefined));
      const { phase } = phone.screen ?? { phase: 'starting' };
      if ((phase === 'blocked' || phase === 'welcome' || phase === 'cleared') && this.chance.happens(0.5)) await this.join(phone);
    }
  }

  /** Gets a phone into its owner's account, whatever it takes: the PIN where the browser still knows the account, else a new code. */
  async join(phone: Phone): Promise<void> {
    const joined = await this.finish(this.tryToJoin(phone).catch((thrown: unknown) => (thrown instanceof Cut ? 'cut' : Promise.reject(thrown as Error))));
    this.say(`-- ${phone.name} joins: ${joined}`);
  }

  private async tryToJoin(phone: Phone): Promise<string> {
    const page = await phone.open();
    if (phone.screen?.phase === 'cleared') {
      const restored = await page.ask((wallet) => wallet.restore(this.plan.pin));
      if (restored.ok) return 'restored';
    }
    if (phone.screen?.phase === 'ready') return 'was in';
    const rescued = await this.rescue(phone, page);
    phone.wipe();
    const fresh = await phone.open();
    const code = await this.world.enrolmentCode(phone.partyId);
    const enrolled = await fresh.ask((wallet) => wallet.enrol({ code }));
    return `${enrolled.ok ? 'enrolled' : enrolled.error}${rescued}`;
  }

  /** What waits on a till goes to another one before it is wiped. */
  private async rescue(phone: Phone, page: Context): Promise<string> {
    const other = this.world.phones.find((each) => each !== phone && each.role === 'till' && each.isReady && this.isFree(each));
    if (phone.role !== 'till' || phone.disk.rows.outbox.size === 0 || other === undefined) return '';
    const saved = await page.ask((wallet) => wallet.exportPending());
    if (!saved.ok) return `, not rescued: ${saved.error}`;
    const counter = await other.open();
    const taken = await counter.ask((wallet) => wallet.importPending(saved.value.file));
    return taken.ok ? `, ${taken.value.done?.added} rescued` : `, not rescued: ${taken.error}`;
  }

  /** Everybody sleeps, and so do the phones. */
  private async night(): Promise<void> {
    const hours = this.chance.pick([1, 8, 20, 50]);
    this.say(`-- ${hours} hours pass`);
    this.world.timeline.leap(hours * 3_600_000);
    await this.finish(this.world.server.jobs());
    await this.drive(() => false, 2_000);
  }
}
