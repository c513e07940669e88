/**
 * What a phone in the same network needs: a certificate for this machine's addresses, signed by an authority that is made
 * here and never leaves, and the address as a code that its camera can read. Both keys stay in DATA_DIR/tls, readable by
 * the owner alone.
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { EXIT, Stop } from './exit-codes.mjs';

/** Phones refuse certificates that live longer than 398 days. */
const CERT_DAYS = 397;
const AUTHORITY_DAYS = 3650;
const RENEW_BEFORE_MS = 7 * 86_400_000;
const NAMES = ['localhost', 'chit.localhost', 'desk.chit.localhost', 'shopper.chit.localhost', 'till.chit.localhost', 'till2.chit.localhost', 'twin.chit.localhost'];

/** IPv4 addresses of this machine that others can reach. */
export function lanAddresses() {
  const found = Object.values(networkInterfaces()).flat().filter((at) => at.family === 'IPv4' && !at.internal).map((at) => at.address);
  if (found.length === 0) throw new Stop(EXIT.usage, 'This machine has no address in a local network, so --lan cannot serve a phone.');
  return found.sort(byHomeNetworkFirst);
}

function byHomeNetworkFirst(a, b) {
  const rank = (address) => ['192.168.', '10.', '172.'].findIndex((prefix) => address.startsWith(prefix)) >>> 0;
  return rank(a) - rank(b);
}

/** Paths of the key and certificate for these addresses; made anew when they, or the desk's hosts, changed or the time is nearly up. */
export async function ensureCertificate(dataDir, addresses) {
  const files = filesIn(join(dataDir, 'tls'));
  if (!covers(files.cert, addresses)) await makeCertificate(files, addresses);
  return files;
}

function filesIn(folder) {
  return { folder, authorityKey: join(folder, 'authority.key'), authority: join(folder, 'authority.crt'), key: join(folder, 'server.key'), cert: join(folder, 'server.crt') };
}

function covers(file, addresses) {
  if (!existsSync(file)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  const left = Date.parse(certificate.validTo) - Date.now();
  const named = NAMES.every((name) => certificate.checkHost(name) !== undefined) && addresses.every((address) => certificate.checkIP(address) !== undefined);
  return left > RENEW_BEFORE_MS && named;
}

async function makeCertificate(files, addresses) {
  const { generate } = (await import('selfsigned')).default;
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notBeforeDate: new Date(Date.now() - 3_600_000) };
  if (!existsSync(files.authority)) {
    const extensions = [{ name: 'basicConstraints', cA: true, critical: true }, { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }];
    const made = await generate([{ name: 'commonName', value: 'Chit on this machine' }], { ...common, extensions, notAfterDate: inDays(AUTHORITY_DAYS) });
    write(files.authorityKey, made.private);
    write(files.authority, made.cert);
  }
  const extensions = [
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [...NAMES.map((value) => ({ type: 2, value })), ...['127.0.0.1', ...addresses].map((ip) => ({ type: 7, ip }))] },
  ];
  const ca = { key: readFileSync(files.authorityKey, 'utf8'), cert: readFileSync(files.authority, 'utf8') };
  const made = await generate([{ name: 'commonName', value: addresses[0] }], { ...common, extensions, ca, notAfterDate: inDays(CERT_DAYS) });
  write(files.key, made.private);
  write(files.cert, made.cert);
}

function inDays(days) {
  return new Date(Date.now() + days * 86_400_000);
}

function write(file, text) {
  writeFileSync(file, text, { mode: 0o600 });
}

export async function addressAsCode(url) {
  const { default: qrcode } = await import('qrcode');
  return qrcode.toString(url, { type: 'terminal', small: true });
}
