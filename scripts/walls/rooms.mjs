/** The wallet's only door for a page: one interface in three files. */
const WALLET_DOOR = ['wallet/api.ts', 'wallet/api-payer.ts', 'wallet/api-till.ts'];

/**
 * The rooms of the house and who may import whom. `values`: rooms whose code may be used. `types`: files of which only types
 * may be named. `npm`: packages that earn their bytes here (see the room's README). `node`: may it use Node's own modules?
 * A relative import never leaves a room; `#room/file.ts` crosses, with the file's ending.
 */
export const ROOMS = {
  base: { folder: 'src/base/', values: [], types: [], npm: [] },
  protocol: { folder: 'src/protocol/', values: ['base'], types: [], npm: ['cborg', '@noble/hashes', 'valibot'] },
  wallet: { folder: 'src/wallet/', values: ['base', 'protocol'], types: [], npm: [] },
  // The wire to the worker is an adapter as well: it carries the wallet's api through Comlink, and starts a dead worker again.
  browser: {
    folder: 'src/browser/',
    values: ['base', 'protocol'],
    types: ['wallet/ports.ts', 'wallet/records.ts', ...WALLET_DOOR],
    npm: ['dexie', 'comlink'],
  },
  // What a tester may do to a phone; only the demo build has it.
  faults: { folder: 'src/faults/', values: ['base'], types: [], npm: [] },
  scan: { folder: 'src/scan/', values: ['base', 'protocol'], types: [], npm: ['html5-qrcode', 'qrcode', 'zxing-wasm'] },
  help: { folder: 'src/help/', values: ['base', 'protocol'], types: [], npm: [] },
  i18n: { folder: 'src/i18n/', values: ['base', 'protocol'], types: [], npm: [] },
  ui: {
    folder: 'src/ui/',
    values: ['base', 'protocol', 'i18n', 'help', 'scan'],
    types: WALLET_DOOR,
    npm: ['preact', '@preact/signals', 'preact-iso', 'comlink', '@github/webauthn-json'],
  },
  // The desk and the tester's lab: drawn with the ui's parts, and nothing of the ui may know them.
  lab: {
    folder: 'src/ui/lab/',
    values: ['base', 'protocol', 'i18n', 'scan', 'ui', 'faults'],
    types: WALLET_DOOR,
    npm: ['preact', '@preact/signals'],
  },
  workers: {
    folder: 'workers/',
    values: ['base', 'protocol', 'wallet', 'browser', 'faults', 'scan'],
    types: [],
    npm: ['comlink', 'workbox-precaching', 'workbox-routing', 'zxing-wasm'],
  },
  // The page's shell builds what has a lifetime: it starts the workers and mounts the ui.
  main: {
    folder: 'src/',
    values: ['base', 'protocol', 'i18n', 'help', 'scan', 'ui', 'lab', 'faults', 'browser', 'workers'],
    types: WALLET_DOOR,
    npm: ['preact', '@preact/signals', 'preact-iso', 'comlink'],
  },
  'server/core': { folder: 'server/core/', values: ['base', 'protocol'], types: [], npm: [] },
  'server/http': {
    folder: 'server/http/',
    values: ['base', 'protocol', 'server/core'],
    types: [],
    npm: ['hono', '@hono/node-server', 'valibot', '@valibot/to-json-schema'],
    node: true,
  },
  'server/adapters': {
    folder: 'server/adapters/',
    values: ['base', 'protocol'],
    types: ['server/core/ports.ts', 'server/core/ports-offline.ts'],
    // StoreUnavailable is a part of the port: an adapter must be able to throw it.
    also: ['server/core/ports.ts'],
    npm: ['pg', 'pino', '@node-rs/argon2', '@simplewebauthn/server', 'rate-limiter-flexible'],
    node: true,
  },
  server: {
    folder: 'server/',
    values: ['base', 'protocol', 'server/core', 'server/http', 'server/adapters'],
    types: [],
    npm: ['hono', '@hono/node-server'],
    node: true,
  },
  tests: { folder: 'tests/', values: '*', types: [], npm: '*', node: true },
  scripts: { folder: 'scripts/', values: ['tests', 'server/adapters'], types: [], npm: ['selfsigned', 'qrcode'], node: true },
};

/** The most exact folder wins: src/main.tsx is the shell, src/ui/x.tsx is not. Null for files that belong to no room. */
export function roomOf(path) {
  const names = Object.keys(ROOMS).filter((name) => path.startsWith(ROOMS[name].folder));
  return names.sort((a, b) => ROOMS[b].folder.length - ROOMS[a].folder.length)[0] ?? null;
}
