import preact from '@preact/preset-vite';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { VitePWA, type ManifestOptions } from 'vite-plugin-pwa';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

/** html5-qrcode keeps the camera, our decoder reads the frames: its module `./code-decoder` is ours. See src/scan/README.md. */
const codeDecoder = { find: /^\.\/code-decoder$/, replacement: fileURLToPath(new URL('./src/scan/code-decoder.ts', import.meta.url)) };

const PAPER = '#FBF8F2';
const icon = (src: string, sizes: string, purpose: 'any' | 'maskable') => ({ src, sizes, type: 'image/png', purpose });

const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: '随手付 Chit',
  short_name: '随手付',
  description: '扫一扫就能付，没有网络也能用的数字钱包。',
  lang: 'zh-CN',
  dir: 'ltr',
  start_url: '/?source=pwa',
  scope: '/',
  display: 'standalone',
  background_color: PAPER,
  theme_color: PAPER,
  categories: ['finance', 'shopping'],
  icons: [
    icon('/icons/icon-192.png', '192x192', 'any'),
    icon('/icons/icon-512.png', '512x512', 'any'),
    icon('/icons/maskable-512.png', '512x512', 'maskable'),
    { src: '/icons/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
  ],
  shortcuts: [
    { name: '扫一扫', short_name: '扫一扫', description: 'Scan', url: '/scan', icons: [icon('/icons/scan-96.png', '96x96', 'any')] },
    { name: '收款', short_name: '收款', description: 'Receive', url: '/till', icons: [icon('/icons/receive-96.png', '96x96', 'any')] },
  ],
};

/** Everything is stored at the first visit, lazy parts and both languages too: whatever is opened offline later is there. */
const pwa = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'workers',
  filename: 'service-worker.ts',
  injectRegister: false,
  registerType: 'prompt',
  manifest,
  includeManifestIcons: false,
  injectManifest: {
    // A classic script, as registered: the wallet's later parts are inlined, and no import.meta of a module is left.
    rollupFormat: 'iife',
    globPatterns: ['**/*.{html,js,css,wasm,svg,png,webmanifest,json,md}'],
    globIgnores: ['**/*service-worker.js'],
    maximumFileSizeToCacheInBytes: 4 * 1_048_576,
    sourcemap: true,
  },
});

/** The same Dexie for browsers of this decade: 2 kB less, and quicker to read. */
const modernDexie = { find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' };

/**
 * A worker in few files: its start, the filing of what the server tells, what it loads later (src/wallet/later.ts), and what these share. The parts carry the worker's
 * mark in their names: who reads a network log sees whose they are.
 */
const WORKER_PARTS = {
  chunkFileNames: 'assets/[name].worker-[hash].js',
  codeSplitting: {
    groups: [
      { name: 'start', tags: ['$initial' as const], test: /src\/(base|protocol|wallet)\//, priority: 2 },
      { name: 'news', test: /src\/wallet\/(feed(-\w+)?|merge|claims|me|purse-news)\.ts/, priority: 1.5 },
      { name: 'codecs', minShareCount: 2, priority: 1 },
    ],
  },
};

export default defineConfig({
  define: { __CHIT_VERSION__: JSON.stringify(version) },
  resolve: { alias: [codeDecoder, modernDexie] },
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), pwa],
  build: {
    target: 'es2022',
    sourcemap: true,
    modulePreload: { polyfill: false },
    // One style sheet, and what every screen needs in one file: each further file costs a cold start a trip to the service worker.
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'app', tags: ['$initial'] }] } } },
  },
  worker: { format: 'es', rolldownOptions: { output: WORKER_PARTS } },
});
