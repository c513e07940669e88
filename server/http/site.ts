/** Where this server is reached: which hosts are ours, and what that makes of origins. A foreign Host header is how a page that rebinds DNS reaches a loopback server. */
import type { PasskeyScene } from '#server/core/ports.ts';

export type Site = {
  readonly mode: 'demo' | 'production';
  readonly scheme: 'http' | 'https';
  /** Host names (no port) beside the loopback ones of demo mode. */
  readonly hostnames: readonly string[];
};

/** One request's view of the site. */
export type Scene = {
  readonly host: string;
  readonly origin: string;
  readonly rpId: string;
  readonly deskOrigin: string | null;
  readonly phoneOrigins: readonly string[];
};

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const DEMO_DOMAIN = 'chit.localhost';
export const DESK = `desk.${DEMO_DOMAIN}`;
/** Two shops' tills, a shopper's phone, and its double for those who test. */
const PHONES = ['shopper', 'till', 'till2', 'twin'].map((name) => `${name}.${DEMO_DOMAIN}`);

/** Null for a host that is not ours. */
export function sceneOf(site: Site, host: string): Scene | null {
  const url = URL.parse(`${site.scheme}://${host}`);
  if (url === null || url.host !== host.toLowerCase().replace(/:(80|443)$/, (port) => (isDefaultPort(site, port) ? '' : port))) return null;
  const isLocal = LOOPBACK.includes(url.hostname) || url.hostname.endsWith('.localhost');
  if (!site.hostnames.includes(url.hostname) && !(site.mode === 'demo' && isLocal)) return null;
  const port = url.port === '' ? '' : `:${url.port}`;
  const desk = site.mode === 'demo' && isLocal;
  return {
    host: url.host,
    origin: url.origin,
    rpId: url.hostname,
    deskOrigin: desk ? `${site.scheme}://${DESK}${port}` : null,
    phoneOrigins: desk ? PHONES.map((phone) => `${site.scheme}://${phone}${port}`) : [],
  };
}

/** Where the passkeys of payers may live: here, and in a demo on the host of its phones. */
export function passkeyScenes({ origin, rpId, phoneOrigins }: Scene): readonly PasskeyScene[] {
  return [{ origin, rpId }, ...phoneOrigins.filter((phone) => phone !== origin).map((phone) => ({ origin: phone, rpId: new URL(phone).hostname }))];
}

function isDefaultPort(site: Site, port: string): boolean {
  return port === (site.scheme === 'http' ? ':80' : ':443');
}
