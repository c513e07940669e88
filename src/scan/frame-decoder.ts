/**
 * The page's end of the decoder worker: a frame goes out, a text or null comes back. One frame is under way at a time.
 * Never lets a frame hang the camera: a worker that does not answer in time is ended, and the next frame gets a new one.
 */
import type { DecodeReply, DecodeRequest } from './decoder-messages.ts';

/** The first frame waits for the wasm to load and compile; 950 kB on a slow phone. */
const FIRST_FRAME_TIMEOUT_MS = 20_000;
/** A frame takes 10-60 ms; a large picture on a slow phone takes seconds. */
const FRAME_TIMEOUT_MS = 6_000;
/** So many failures in a row mean that the engine does not run here at all. */
const FAILURES_BEFORE_BROKEN = 3;

export type FrameDecoder = {
  /** Takes the pixels away from `frame`. Null: no code seen, or no answer in time. */
  decode(frame: ImageData): Promise<string | null>;
  close(): void;
};

export type FrameDecoderOptions = {
  readonly createWorker: () => Worker;
  /** The engine cannot run in this browser. */
  readonly onBroken: () => void;
  readonly firstTimeoutMs?: number;
  readonly timeoutMs?: number;
};

type Waiting = { readonly id: number; readonly answer: (text: string | null) => void; readonly timer: ReturnType<typeof setTimeout> };

export function createFrameDecoder(options: FrameDecoderOptions): FrameDecoder {
  let worker: Worker | null = null;
  let warm = false;
  let closed = false;
  let failures = 0;
  let nextId = 1;
  let waiting: Waiting | null = null;

  function settle(text: string | null): void {
    const done = waiting;
    waiting = null;
    if (!done) return;
    clearTimeout(done.timer);
    done.answer(text);
  }

  function endWorker(): void {
    worker?.terminate();
    worker = null;
    warm = false;
    settle(null);
  }

  function countFailure(): void {
    failures += 1;
    if (failures === FAILURES_BEFORE_BROKEN) options.onBroken();
  }

  function onReply(reply: DecodeReply): void {
    if (reply.id !== waiting?.id) return;
    // A worker whose wasm did not load keeps that for good; a new one asks for it again.
    if (reply.found.kind === 'failed') return onLost();
    warm = true;
    failures = 0;
    settle(reply.found.kind === 'text' ? reply.found.text : null);
  }

  function onLost(): void {
    countFailure();
    endWorker();
  }

  function ensureWorker(): Worker {
    if (worker) return worker;
    worker = options.createWorker();
    worker.onmessage = (event: MessageEvent<DecodeReply>) => onReply(event.data);
    worker.onerror = onLost;
    return worker;
  }

  function post(frame: ImageData, answer: (text: string | null) => void): void {
    const limitMs = warm ? (options.timeoutMs ?? FRAME_TIMEOUT_MS) : (options.firstTimeoutMs ?? FIRST_FRAME_TIMEOUT_MS);
    const id = nextId++;
    waiting = { id, answer, timer: setTimeout(onLost, limitMs) };
    const pixels = frame.data.buffer;
    const request: DecodeRequest = { id, width: frame.width, height: frame.height, pixels };
    ensureWorker().postMessage(request, [pixels]);
  }

  return {
    decode(frame) {
      if (closed || waiting) return Promise.resolve(null);
      return new Promise((answer) => post(frame, answer));
    },
    close() {
      closed = true;
      endWorker();
    },
  };
}
