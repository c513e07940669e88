/** One Firefox process over WebDriver BiDi, with a profile that outlives it, and fingers that find things by their words. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';
import { findFirefox } from '../../fixtures/find-browser.ts';

const PATIENCE_MS = 30_000;
const ASK_EVERY_MS = 100;

export type Fox = {
  readonly page: () => Page;
  open(url: string): Promise<void>;
  /** Ends the process and starts another on the same profile. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function startFox(locale: 'zh-CN' | 'en'): Promise<Fox> {
  const profile = mkdtempSync(join(tmpdir(), 'chit-fox-'));
  const executablePath = await findFirefox();
  let browser: Browser | null = null;
  let shown: Page | null = null;
  const start = async (): Promise<void> => {
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      userDataDir: profile,
      extraPrefsFirefox: {
        'intl.accept_languages': locale,
        'media.navigator.permission.disabled': true,
        'dom.serviceWorkers.testing.enabled': false,
        // However little memory there is, the last pages are kept for the way back.
        'browser.sessionhistory.max_total_viewers': 4,
        'datareporting.policy.dataSubmissionEnabled': false,
      },
    });
    shown = (await browser.pages())[0] ?? (await browser.newPage());
    await shown.setViewport({ width: 360, height: 740 });
  };
  const page = (): Page => {
    if (shown === null) throw new Error('this Firefox is closed');
    return shown;
  };
  const end = async (): Promise<void> => {
    await browser?.close();
    browser = null;
    shown = null;
  };
  await start();
  return {
    page,
    open: async (url) => void (await page().goto(url, { waitUntil: 'load', timeout: PATIENCE_MS })),
    async restart() {
      await end();
      await start();
    },
    async close() {
      await end();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Waits for the visible thing of this name (its label or its text) and presses it. */
export async function press(page: Page, name: string): Promise<void> {
  await waitFor(page, `button or link "${name}"`, pressInPage, name);
}

/** Waits for a field of this label and types into it, as one paste. */
export async function fill(page: Page, label: string, text: string): Promise<void> {
  await waitFor(page, `field "${label}"`, fillInPage, label, text);
}

export async function see(page: Page, text: string): Promise<void> {
  await waitFor(page, `text "${text}"`, (wanted) => document.body.innerText.includes(wanted), text);
}

/** Asks the page again and again; a page that is just being replaced is asked anew. */
export async function waitFor<A extends string[]>(page: Page, what: string, look: (...args: A) => boolean, ...args: A): Promise<void> {
  const ask = look as (...args: string[]) => boolean;
  for (const startedMs = Date.now(); Date.now() - startedMs < PATIENCE_MS; await sleep(ASK_EVERY_MS)) {
    if (await page.evaluate(ask, ...args).catch(() => false)) return;
  }
  const shown = await page.evaluate(() => document.body.innerText).catch(String);
  throw new Error(`no ${what} in ${PATIENCE_MS / 1_000} s at ${page.url()}, which shows:\n${shown}`);
}

function pressInPage(name: string): boolean {
  const named = [...document.querySelectorAll<HTMLElement>('button, a[href]')].find(
    (element) => element.getClientRects().length > 0 && [element.getAttribute('aria-label'), element.innerText.trim()].includes(name) && !element.hasAttribute('disabled'),
  );
  named?.click();
  return named !== undefined;
}

function fillInPage(label: string, text: string): boolean {
  const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')];
  const field = fields.find((one) => one.getAttribute('aria-label') === label || [...(one.labels ?? [])].some((words) => words.innerText.trim() === label));
  if (field === undefined || field.disabled || field.readOnly) return false;
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  return true;
}
