/**
 * The second engine: the same shell and the same payment in Firefox, shopper and till each in a process of their own. Run by
 * node's own test runner, which prints the count; Playwright cannot drive this Firefox.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'puppeteer-core';
import type { FeedReply } from '#protocol/http.ts';
import { startServer } from '../../fixtures/server-process.ts';
import type { ServerProcess } from '../../fixtures/server-process.ts';
import { wordsIn } from '../harness/words.ts';
import { fill, press, see, startFox, waitFor } from './fox.ts';
import type { Fox } from './fox.ts';

const words = wordsIn('zh-CN');
const PIN = '246813';
let server: ServerProcess;
let shopper: Fox;
let till: Fox;

before(async () => {
  const { default: build } = await import('../harness/build.ts');
  await build();
  server = await startServer();
  [shopper, till] = [await startFox('zh-CN'), await startFox('zh-CN')];
});

after(async () => {
  await shopper?.close();
  await till?.close();
  await server?.dispose();
});

test('both open an account with play money', async () => {
  await shopper.open(origin('payer'));
  await press(shopper.page(), words.shell.firstRun.tryPlay);
  await see(shopper.page(), '500.00');
  await till.open(origin('counter'));
  await press(till.page(), words.shell.firstRun.tryTill);
  await waitFor(till.page(), 'amount field', () => document.querySelector('.amount-line input') !== null);
});

test('a charge that was opened as a link is paid, and the till says so', async () => {
  const link = new URL(await charge('18.50'));
  await shopper.open(`${origin('payer')}${link.pathname}${link.hash}`);
  await press(shopper.page(), words.pay.confirm.pay('¥18.50'));
  await fill(shopper.page(), words.pay.pin.newLabel, PIN);
  await fill(shopper.page(), words.pay.pin.againLabel, PIN);
  await see(shopper.page(), words.pay.state.settled);
  await see(till.page(), words.till.paidNext);
  assert.deepEqual(await amounts(shopper.page()), [-1_850]);
  assert.deepEqual(await amounts(till.page()), [1_850]);
  await press(till.page(), words.till.done);
});

test('a charge that the camera sees is paid', async () => {
  await charge('2.50');
  const picture = await till.page().evaluate(() => document.querySelector<HTMLCanvasElement>('canvas[data-code]')?.toDataURL() ?? '');
  await shopper.page().evaluateOnNewDocument(showToCamera, picture);
  await shopper.open(`${origin('payer')}/scan`);
  await press(shopper.page(), words.pay.confirm.pay('¥2.50'));
  await fill(shopper.page(), words.pay.confirm.pinLabel, PIN);
  await see(shopper.page(), words.pay.state.settled);
  await see(till.page(), words.till.paidNext);
  assert.deepEqual(await amounts(shopper.page()), [-1_850, -250]);
});

test('both start cold without a server, on the last truth', async () => {
  for (const fox of [shopper, till]) await waitFor(fox.page(), 'service worker', () => navigator.serviceWorker.controller !== null);
  await server.stop();
  await shopper.restart();
  await till.restart();
  await shopper.open(origin('payer'));
  await see(shopper.page(), '479.00');
  // The balance may be the last picture's: the wallet still opens, and is left in the middle of it.
  for (const [path, text] of [['/records', '18.50'], ['/help', words.help.shelf]] as const) {
    await shopper.open(origin('payer') + path);
    await see(shopper.page(), text);
  }
  await till.open(origin('counter'));
  await see(till.page(), words.till.paidNext);
});

// Without a server: a page that listens to one is not kept. Nor is one that is left while it asks again whether there is one.
test('a page that was put away whole has its wallet again on the way back', async () => {
  let kept = false;
  for (let tries = 0; tries < 10 && !kept; tries++) kept = await leaveAndComeBack();
  assert.ok(kept, 'Firefox never kept the page');
  await press(shopper.page(), words.shell.wallet.all);
  await see(shopper.page(), '18.50');
  // Of a page that came back, the driver does not see the next load.
  await shopper.restart();
});

test('and go on when it is back', async () => {
  await server.restart();
  await shopper.open(origin('payer'));
  await waitFor(shopper.page(), 'balance as of now', () => document.querySelector('.as-of') !== null && document.querySelector('.as-of-offline') === null);
  assert.deepEqual(await amounts(shopper.page()), [-1_850, -250]);
});

/** Not the desk's hosts: its phones open their accounts by themselves. */
function origin(name: string): string {
  return `http://${name}.chit.localhost:${server.port}`;
}

async function charge(amount: string): Promise<string> {
  await fill(till.page(), words.till.amount, amount);
  await press(till.page(), words.till.chargeAmount(`¥${Number(amount).toFixed(2)}`));
  await waitFor(till.page(), 'code', () => (document.querySelector<HTMLCanvasElement>('canvas[data-code]')?.style.width ?? '') !== '');
  return till.page().evaluate(() => document.querySelector('canvas[data-code]')?.getAttribute('data-code') ?? '');
}

/** From the wallet to the records and back. Was the wallet's page kept as it stood? */
async function leaveAndComeBack(): Promise<boolean> {
  await shopper.open(origin('payer'));
  await waitFor(shopper.page(), 'balance of an open wallet', () => document.querySelector('.as-of-offline') !== null);
  await shopper.page().evaluate(() => Object.assign(window, { kept: true }));
  await shopper.open(`${origin('payer')}/records`);
  await see(shopper.page(), '18.50');
  await shopper.page().evaluate(() => history.back());
  await waitFor(shopper.page(), 'wallet again', () => location.pathname === '/' && document.querySelector('.as-of-offline') !== null);
  return shopper.page().evaluate(() => 'kept' in window);
}

/** Money out below zero, money in above, as the server's feed has it. */
async function amounts(page: Page): Promise<number[]> {
  const feed = (await page.evaluate(() => fetch('/v1/feed?cursor=0').then((reply) => reply.json()))) as FeedReply;
  return feed.changes.flatMap((change) => (change.kind === 'payment' ? [change.direction === 'in' ? change.amountMinor : -change.amountMinor] : []));
}

/** In the page, before it starts: a camera that looks at a picture. */
function showToCamera(picture: string): void {
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1_280, height: 720 });
    const image = await createImageBitmap(await (await fetchPicture(picture)).blob());
    const paint = (): void => {
      const context = canvas.getContext('2d');
      context?.fillRect(0, 0, canvas.width, canvas.height);
      const size = Math.floor(640 / image.width) * image.width;
      if (context) Object.assign(context, { fillStyle: '#fff', imageSmoothingEnabled: false });
      context?.fillRect(290, 10, 700, 700);
      context?.drawImage(image, 640 - size / 2, 360 - size / 2, size, size);
    };
    setInterval(paint, 100);
    paint();
    return canvas.captureStream(10);
  };
  /** connect-src does not allow data: addresses, so the picture is unpacked by hand. */
  async function fetchPicture(dataUrl: string): Promise<Response> {
    const bytes = Uint8Array.from(atob(dataUrl.split(',')[1] ?? ''), (char) => char.charCodeAt(0));
    return new Response(bytes, { headers: { 'content-type': 'image/png' } });
  }
}
