/** The certificate for `--lan`: good for every host of the demo, and made anew when it is not. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sceneOf } from '#server/http/site.ts';

type Lan = { ensureCertificate(dataDir: string, addresses: readonly string[]): Promise<{ readonly cert: string }> };
const lan = (await import(new URL('../../scripts/steps/lan.mjs', import.meta.url).href)) as Lan;
const HOME = '192.168.1.7';
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'chit-lan-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function certificate(...addresses: string[]): Promise<X509Certificate> {
  return new X509Certificate(readFileSync((await lan.ensureCertificate(dataDir, addresses)).cert));
}

describe('the certificate for --lan', () => {
  it('names every host of the demo and every address, and is kept while it does', async () => {
    const made = await certificate(HOME);
    const scene = sceneOf({ mode: 'demo', scheme: 'https', hostnames: [] }, 'localhost');
    const hosts = [scene?.deskOrigin, ...(scene?.phoneOrigins ?? [])].map((origin) => new URL(origin ?? '').hostname);
    expect(hosts).toHaveLength(5);
    for (const host of hosts) expect([host, made.checkHost(host)]).toEqual([host, host]);
    expect(made.checkIP(HOME)).toBe(HOME);
    expect((await certificate(HOME)).fingerprint256).toBe(made.fingerprint256);
    expect((await certificate(HOME, '10.0.0.7')).fingerprint256).not.toBe(made.fingerprint256);
  });

  it('is made anew when it is of a release that knew fewer hosts', async () => {
    const { cert } = await lan.ensureCertificate(dataDir, [HOME]);
    const altNames = [{ type: 2 as const, value: 'till.chit.localhost' }, { type: 7 as const, ip: HOME }];
    const old = await generate([{ name: 'commonName', value: HOME }], { keyType: 'ec', extensions: [{ name: 'subjectAltName', altNames }] });
    writeFileSync(cert, old.cert);
    expect((await certificate(HOME)).checkHost('twin.chit.localhost')).toBe('twin.chit.localhost');
  });
});
