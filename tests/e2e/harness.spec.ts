/** The instruments themselves: a camera that shows what it is given, faults that fire, a kill that keeps the disk. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { startFaultProxy } from './harness/fault-proxy.ts';
import { createPhone } from './harness/phone.ts';
import { readPng } from './harness/png.ts';

const HTML = '<!doctype html><title>probe</title><style>body{margin:0;background:#fff}div{width:300px;height:200px;background:#000}</style><div></div>';

async function startEcho(): Promise<{ port: number; seen: string[]; close: () => void }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.setHeader('content-security-policy', "require-trusted-types-for 'script'");
    response.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, seen, close: () => server.close() };
}

/** In the page: one strict transaction, as the wallet writes. */
function keep(): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('probe', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
    opening.onsuccess = () => {
      const writing = opening.result.transaction('rows', 'readwrite', { durability: 'strict' });
      writing.objectStore('rows').put('yes', 'kept');
      writing.oncomplete = () => resolve();
      writing.onerror = () => reject(writing.error);
    };
  });
}

function kept(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('probe', 1);
    opening.onsuccess = () => {
      const reading = opening.result.transaction('rows').objectStore('rows').get('kept');
      reading.onsuccess = () => resolve(reading.result);
      reading.onerror = () => reject(reading.error);
    };
    opening.onerror = () => reject(opening.error);
  });
}

test('phone, camera and faults do what they say', async () => {
  const echo = await startEcho();
  const proxy = await startFaultProxy(() => echo.port);
  const phone = await createPhone({ origin: `http://probe.chit.localhost:${proxy.port}` });
  try {
    const page = await phone.open('/');
    expect(readPng(await page.locator('div').screenshot()).light[0]).toBe(0);
    expect(readPng(await page.screenshot()).light.at(-1)).toBe(255);

    const middle = (): Promise<number> =>
      page.evaluate(async () => {
        const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
        const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true });
        await video.play();
        await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
        const canvas = new OffscreenCanvas(1280, 720);
        const context = canvas.getContext('2d');
        context?.drawImage(video, 0, 0);
        stream.getTracks().forEach((track) => track.stop());
        return context?.getImageData(640, 360, 1, 1).data[1] ?? -1;
      });
    expect(await middle()).toBeGreaterThan(60);
    phone.camera.see(await page.locator('div').screenshot());
    await expect.poll(middle).toBeLessThan(20);

    const lost = proxy.failNext('POST', '/x', 'drop-reply');
    expect(await page.evaluate(() => fetch('/x', { method: 'POST', body: 'b' }).then(() => 'heard', () => 'lost'))).toBe('lost');
    await lost;
    expect(echo.seen).toContain('POST /x');
    expect(await page.evaluate(() => fetch('/x', { method: 'POST', body: 'b' }).then((reply) => reply.status))).toBe(200);
    void proxy.failNext('GET', '/never', 'drop-request');
    expect(await page.evaluate(() => fetch('/never').then(() => 'heard', () => 'lost'))).toBe('lost');
    expect(echo.seen).not.toContain('GET /never');

    await page.evaluate(keep);
    await page.evaluate(() => {
      document.body.innerHTML = '<p>markup</p>';
    }).catch(() => {});
    await expect.poll(() => phone.complaints.length).toBeGreaterThan(0);
    await phone.kill();
    await proxy.cut();
    await phone.start();
    await expect(phone.open('/')).rejects.toThrow('ERR_CONNECTION_REFUSED');
    await proxy.mend();
    const again = await phone.newTab('/');
    expect(await again.evaluate(kept)).toBe('yes');
  } finally {
    await phone.close();
    await proxy.close();
    echo.close();
  }
});
