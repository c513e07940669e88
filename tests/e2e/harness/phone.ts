/**
 * A phone: one browser process with its own profile folder, so that it has its own storage and camera, can be killed without
 * mercy, and can be started again on what was on its disk. Notes every violation of the page's security policy.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium } from '@playwright/test';
import type { BrowserContext, Page } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium, findHeadlessShell } from '../../fixtures/find-browser.ts';
import { createCamera } from './camera.ts';
import type { Camera } from './camera.ts';

export type PhoneOptions = {
  readonly origin: string;
  /** Where the hosts of `chit.localhost` answer for this phone, if not on the origin's own port: phones of one origin with lines of their own. */
  readonly linePort?: number;
  readonly locale?: 'zh-CN' | 'en';
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly camera?: 'file' | 'denied' | 'absent';
  readonly userAgent?: string;
  /** Pages that were left stay in memory and come back as they were, as on people's phones; Playwright switches that off. */
  readonly bfcache?: boolean;
  readonly backgroundSync?: boolean;
  /** A copy of another disk to start on: a clone of a phone, or one where the app is installed. */
  readonly disk?: string;
};

export type Phone = {
  readonly origin: string;
  readonly camera: Camera;
  /** What went against the security policy, and what crashed. A test that ends with any of these fails. */
  readonly complaints: string[];
  readonly context: () => BrowserContext;
  readonly page: () => Page;
  open(path: string): Promise<Page>;
  /** Another tab of the same install. */
  newTab(path: string): Promise<Page>;
  /** SIGKILL, as a phone does to an app that it needs the memory of. */
  kill(): Promise<void>;
  /** The person ends the browser: what it holds is written down. */
  turnOff(): Promise<void>;
  /** Starts again on the same profile. */
  start(): Promise<void>;
  /** Of a phone that is off: a copy of all that is on its disk, to go back to or for another phone (`disk`). */
  keepDisk(): string;
  putBack(disk: string): void;
  close(): Promise<void>;
};

const CAMERA_FLAGS = {
  file: (path: string) => ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${path}`],
  denied: (path: string) => ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${path}`, '--deny-permission-prompts'],
  absent: () => ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=0'],
} as const;

export async function createPhone(options: PhoneOptions): Promise<Phone> {
  const folder = mkdtempSync(join(tmpdir(), 'chit-phone-'));
  const camera = createCamera(folder);
  const complaints: string[] = [];
  let context: BrowserContext | null = null;

  const running = (): BrowserContext => {
    if (context === null) throw new Error('this phone is off');
    return context;
  };
  const page = (): Page => running().pages().at(-1) ?? fail('this phone shows no page');
  const profile = join(folder, 'profile');
  const off = (): void => {
    if (context !== null) throw new Error('a disk is copied while the phone is off');
  };
  const putBack = (disk: string): void => {
    rmSync(profile, { recursive: true, force: true });
    copyDisk(disk, profile);
  };
  if (options.disk !== undefined) putBack(options.disk);
  const start = async (): Promise<void> => {
    context = await launch(profile, camera.path, options);
    listen(context, complaints);
  };
  const turnOff = async (): Promise<void> => {
    await context?.close();
    context = null;
  };
  const newTab = async (path: string): Promise<Page> => {
    const tab = await running().newPage();
    await tab.goto(options.origin + path);
    return tab;
  };
  await start();
  return {
    origin: options.origin,
    camera,
    complaints,
    context: running,
    page,
    newTab,
    start,
    keepDisk() {
      off();
      const kept = mkdtempSync(join(folder, 'kept-'));
      copyDisk(profile, kept);
      return kept;
    },
    putBack(disk) {
      off();
      putBack(disk);
    },
    async open(path) {
      const shown = running().pages()[0] ?? (await running().newPage());
      await shown.goto(options.origin + path);
      return shown;
    },
    async kill() {
      const dying = running();
      const pid = await browserPid(dying);
      const closed = new Promise<void>((resolve) => dying.once('close', () => resolve()));
      process.kill(pid, 'SIGKILL');
      await closed;
      context = null;
    },
    turnOff,
    async close() {
      await turnOff();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Without the marks of a browser that runs on it. */
function copyDisk(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !basename(path).startsWith('Singleton') });
}

async function launch(profile: string, cameraPath: string, options: PhoneOptions): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await program(options),
    headless: true,
    args: [...CHROMIUM_FLAGS, ...CAMERA_FLAGS[options.camera ?? 'file'](cameraPath), ...lineFlags(options)],
    locale: options.locale ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: options.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
    viewport: { width: options.width ?? 360, height: options.height ?? 740 },
    deviceScaleFactor: 2,
    ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }),
    ...(options.bfcache === true ? { ignoreDefaultArgs: ['--disable-back-forward-cache'] } : {}),
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violation: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
    });
  });
  return context;
}

function lineFlags({ linePort }: PhoneOptions): string[] {
  return linePort === undefined ? [] : [`--host-resolver-rules=MAP *.chit.localhost 127.0.0.1:${linePort}`];
}

/** The shell is the same engine and starts faster, but keeps no pages in memory, asks nobody for the camera and has no Background Sync. */
export function needsWholeBrowser({ bfcache, backgroundSync, camera }: Omit<PhoneOptions, 'origin'>): boolean {
  return bfcache === true || backgroundSync === true || camera === 'denied';
}

async function program(options: PhoneOptions): Promise<string> {
  return (needsWholeBrowser(options) ? null : await findHeadlessShell()) ?? findChromium();
}

/** Workers report to the console too. A missing network is no complaint: tests take it away. */
function listen(context: BrowserContext, complaints: string[]): void {
  context.on('console', (message) => {
    if (/policy violation|Content Security Policy|TrustedScript|TrustedHTML/i.test(message.text())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(`uncaught at ${error.page()?.url() ?? 'a closed page'}: ${describe(error.error())}`));
}

/** Something that is no Error may be thrown, too. */
function describe(error: Error): string {
  return `${error.name}: ${error.message} ${error.stack ?? ''} ${JSON.stringify(error)}`;
}

async function browserPid(context: BrowserContext): Promise<number> {
  const browser = context.browser() ?? fail('a persistent context knows its browser');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as { processInfo: { type: string; id: number }[] };
  return processInfo.find((info) => info.type === 'browser')?.id ?? fail('the browser process has an id');
}

function fail(message: string): never {
  throw new Error(message);
}
