/**
 * Shell of the decoder: pixels in, text out. A worker of its own, because only this script's response may compile wasm
 * ('wasm-unsafe-eval'), and because a decode that hangs must be killable. Knows no wallet and keeps nothing.
 */
import type { DecodeReply, DecodeRequest } from '#scan/decoder-messages.ts';
import { createReadCode } from '#scan/read-code.ts';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

const readCode = createReadCode(wasmUrl);

async function answer(request: DecodeRequest): Promise<DecodeReply> {
  try {
    const text = await readCode(new ImageData(new Uint8ClampedArray(request.pixels), request.width, request.height));
    return { id: request.id, found: text === null ? { kind: 'none' } : { kind: 'text', text } };
  } catch (error) {
    return { id: request.id, found: { kind: 'failed', why: String(error) } };
  }
}

self.onmessage = (event: MessageEvent<DecodeRequest>) => {
  void answer(event.data).then((reply) => self.postMessage(reply));
};
