/** The settings: what a demo may leave out, and what production refuses to start with. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOrMakeSecretFile, readSecretFile } from '#server/adapters/secret.ts';
import { readConfig } from '#server/config.ts';
import { sceneOf, type Site } from '#server/http/site.ts';

const GOOD = { CHIT_MODE: 'production', CHIT_ORIGIN: 'https://pay.example', CHIT_SECRET_FILE: '/keys/secret', CHIT_KEYS_DIR: '/keys', DATABASE_URL: 'postgres://u@db/chit' };
const production = (change: Record<string, string> = {}) => readConfig({ ...GOOD, ...change }, '/app');

describe('demo', () => {
  it('needs nothing', () => {
    expect(readConfig({}, '/app')).toMatchObject({ mode: 'demo', listen: { host: '127.0.0.1', port: 8080 }, tls: null, databaseUrl: null, distDir: '/app/dist', proxies: 0, guarantee: 'capped', stepUpMinor: null });
    expect(readConfig({ CHIT_STEP_UP: '3000' }, '/app').stepUpMinor).toBe(3_000);
    expect(readConfig({ CHIT_GUARANTEE: 'none' }, '/app').guarantee).toBe('none');
    expect([{}, { CHIT_SERVICE_WORKER: 'on' }, { CHIT_SERVICE_WORKER: 'retired' }].map((env) => readConfig(env, '/app').retired)).toEqual([false, false, true]);
  });

  it.each([
    [{ PORT: '65536' }, 'PORT'],
    [{ PORT: '80a' }, 'PORT'],
    [{ PORT: '-1' }, 'PORT'],
    [{ CHIT_MODE: 'prod' }, 'CHIT_MODE'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ CHIT_GUARANTEE: 'always' }, 'CHIT_GUARANTEE'],
    [{ CHIT_SERVICE_WORKER: 'off' }, 'CHIT_SERVICE_WORKER'],
    [{ CHIT_STEP_UP: '0' }, 'CHIT_STEP_UP'],
    [{ CHIT_STEP_UP: '30.00' }, 'CHIT_STEP_UP'],
    [{ TLS_CERT: '/nowhere.crt' }, 'belong together'],
    [{ TLS_CERT: '/nowhere.crt', TLS_KEY: '/nowhere.key' }, 'TLS_CERT'],
  ])('refuses %j in one line', (env, named) => {
    expect(() => readConfig(env, '/app')).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(named) }));
  });
});

describe('production', () => {
  it('starts with everything in place, behind a proxy or with TLS of its own', () => {
    expect(production()).toMatchObject({ mode: 'production', site: { scheme: 'https', hostnames: ['pay.example'] }, logLevel: 'info' });
    expect(production({ CHIT_ORIGIN: 'http://localhost:8080' }).site).toEqual({ mode: 'production', scheme: 'http', hostnames: ['localhost'] });
  });

  it.each([
    [{ CHIT_ORIGIN: '' }, 'CHIT_ORIGIN'],
    [{ CHIT_ORIGIN: 'pay.example' }, 'CHIT_ORIGIN'],
    [{ CHIT_ORIGIN: 'http://pay.example' }, 'must be https'],
    [{ HOST: '0.0.0.0' }, 'not loopback'],
    [{ HOST: '::' }, 'not loopback'],
    [{ DATABASE_URL: 'memory:' }, 'forgets'],
    [{ CHIT_SECRET_FILE: '' }, 'CHIT_SECRET_FILE'],
    [{ CHIT_KEYS_DIR: '' }, 'CHIT_KEYS_DIR'],
  ])('refuses %j', (change, named) => {
    expect(() => production(change)).toThrow(expect.objectContaining({ exitCode: 10, message: expect.stringContaining(named) }));
  });
});

describe('the secret', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chit-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once in a demo, and found again', () => {
    const path = join(folder, 'secret');
    const [first, second] = [readOrMakeSecretFile(path), readOrMakeSecretFile(path)];
    const message = Uint8Array.of(1, 2, 3);
    expect(first.ok && second.ok && first.value.mac(message)).toEqual(second.ok && second.value.mac(message));
    const other = readOrMakeSecretFile(join(folder, 'other'));
    expect(other.ok && other.value.mac(message)).not.toEqual(first.ok && first.value.mac(message));
  });

  it('must be there, long, random and private', () => {
    const path = join(folder, 'secret');
    expect(readSecretFile(path)).toMatchObject({ error: 'MISSING' });
    writeFileSync(path, 'short', { mode: 0o600 });
    expect(readSecretFile(path)).toMatchObject({ error: 'SHORT' });
    writeFileSync(path, 'change-me-'.repeat(4).replaceAll(/[^ae]/g, 'x'));
    expect(readSecretFile(path)).toMatchObject({ error: 'DEFAULT' });
    writeFileSync(path, crypto.getRandomValues(new Uint8Array(32)));
    chmodSync(path, 0o644);
    expect(readSecretFile(path)).toMatchObject({ error: 'READABLE_BY_OTHERS' });
  });
});

describe('hosts', () => {
  const demo: Site = { mode: 'demo', scheme: 'http', hostnames: ['192.168.1.5'] };
  const live: Site = { mode: 'production', scheme: 'https', hostnames: ['pay.example'] };

  it('ours, with the origin that a browser would name', () => {
    expect(sceneOf(demo, 'shopper.chit.localhost:8080')).toMatchObject({ origin: 'http://shopper.chit.localhost:8080', rpId: 'shopper.chit.localhost', deskOrigin: 'http://desk.chit.localhost:8080' });
    expect(sceneOf(demo, '192.168.1.5:8080')).toMatchObject({ rpId: '192.168.1.5', deskOrigin: null, phoneOrigins: [] });
    expect(sceneOf(demo, '[::1]:8080')?.origin).toBe('http://[::1]:8080');
    expect(sceneOf(live, 'pay.example')).toMatchObject({ origin: 'https://pay.example', deskOrigin: null });
    expect(sceneOf(live, 'PAY.example:443')?.origin).toBe('https://pay.example');
  });

  it.each(['evil.example', 'localhost.evil.example', 'user@localhost', 'localhost/x', 'localhost:99999', 'local host', '', '2130706433', '0x7f.1', 'localhost#', 'localhost?'])('not ours: %j', (host) => {
    expect(sceneOf(demo, host)).toBeNull();
  });

  it.each(['localhost', 'shopper.chit.localhost', '127.0.0.1', 'pay.example.evil'])('not of production: %j', (host) => {
    expect(sceneOf(live, host)).toBeNull();
  });
});
