/**
 * The decoder proper: RGBA pixels to the text of one QR code. Runs in the decoder worker, never on the page.
 * The wasm is our own asset: zxing-wasm's default address is a CDN, and this app talks to nobody but its server.
 */
import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';

/** Model 2 only: plain `QRCode` takes Micro QR too, which found a code where there was none. */
export const READER_OPTIONS: ReaderOptions = { formats: ['QRCodeModel2'], maxNumberOfSymbols: 1, tryHarder: true };

export type ReadCode = (frame: ImageData) => Promise<string | null>;

export function createReadCode(wasmUrl: string): ReadCode {
  prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: false });
  return async (frame) => {
    const [found] = await readBarcodes(frame, READER_OPTIONS);
    return found?.isValid ? found.text : null;
  };
}
