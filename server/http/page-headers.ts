/**
 * What a page of ours may do, as its browser enforces it. The policy is the wallet's real lock: script of another origin, an
 * injected handler, an eval or a foreign frame is refused. Only the decoder's worker may compile WebAssembly, and only a desk
 * may hold the phones in frames.
 */
import type { Scene, Site } from './site.ts';

const DECODER_WORKER = /^\/assets\/decoder\.worker-[\w-]+\.js$/;
const HASHED = /^\/assets\//;
const YEAR_SECONDS = 31_536_000;

export function pageHeaders(site: Site, scene: Scene, path: string): Record<string, string> {
  const isDesk = scene.origin === scene.deskOrigin;
  return {
    'content-security-policy': contentPolicy(scene, path),
    'permissions-policy': permissions(isDesk ? scene.phoneOrigins : []),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(site.mode === 'production' && site.scheme === 'https' ? { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } : {}),
  };
}

export function cacheControl(path: string): string {
  return HASHED.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
}

function contentPolicy(scene: Scene, path: string): string {
  const isDesk = scene.origin === scene.deskOrigin;
  const isPhone = scene.phoneOrigins.includes(scene.origin);
  const directives = [
    "default-src 'self'",
    `script-src 'self'${DECODER_WORKER.test(path) ? " 'wasm-unsafe-eval'" : ''}`,
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    'media-src blob:',
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    `frame-src ${isDesk ? scene.phoneOrigins.join(' ') : "'none'"}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${isPhone && scene.deskOrigin !== null ? scene.deskOrigin : "'none'"}`,
    "require-trusted-types-for 'script'",
    'trusted-types app default',
    'report-uri /v1/csp-reports',
  ];
  return directives.join('; ');
}

/** Off for everybody what we never use; on for ourselves, and on a desk for its phones, what a phone needs. */
function permissions(frames: readonly string[]): string {
  const ours = ['self', ...frames.map((origin) => `"${origin}"`)].join(' ');
  const needed = ['camera', 'publickey-credentials-get', 'publickey-credentials-create', 'screen-wake-lock', 'clipboard-write'];
  const refused = ['geolocation', 'microphone', 'payment', 'usb', 'midi', 'display-capture'];
  return [...needed.map((name) => `${name}=(${ours})`), ...refused.map((name) => `${name}=()`)].join(', ');
}
