import preact from '@preact/preset-vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** html5-qrcode keeps the camera, our decoder reads the frames: its module `./code-decoder` is ours. See src/scan/README.md. */
const codeDecoder = { find: /^\.\/code-decoder$/, replacement: fileURLToPath(new URL('./src/scan/code-decoder.ts', import.meta.url)) };

export default defineConfig({
  resolve: { alias: [codeDecoder] },
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  build: { target: 'es2022', sourcemap: true, modulePreload: { polyfill: false } },
  worker: { format: 'es' },
});
