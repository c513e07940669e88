import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DecodeReply, DecodeRequest } from '#scan/decoder-messages.ts';
import { createFrameDecoder } from '#scan/frame-decoder.ts';

/** A worker that answers as told; `hang` never does. The real one is driven by the scan bench and the end-to-end tests. */
class ScriptedWorker {
  onmessage: ((event: { data: DecodeReply }) => void) | null = null;
  onerror: (() => void) | null = null;
  terminated = false;
  requests: DecodeRequest[] = [];
  readonly found: DecodeReply['found'] | 'hang' | 'crash';
  constructor(found: DecodeReply['found'] | 'hang' | 'crash') {
    this.found = found;
  }
  postMessage(request: DecodeRequest): void {
    this.requests.push(request);
    const { found } = this;
    if (found === 'hang') return;
    queueMicrotask(() => (found === 'crash' ? this.onerror?.() : this.onmessage?.({ data: { id: request.id, found } })));
  }
  terminate(): void {
    this.terminated = true;
  }
}

const frame = () => ({ width: 2, height: 2, data: new Uint8ClampedArray(16) }) as ImageData;

function decoderOver(scripts: readonly ScriptedWorker['found'][]) {
  const workers: ScriptedWorker[] = [];
  const onBroken = vi.fn();
  const createWorker = () => {
    const worker = new ScriptedWorker(scripts[workers.length] ?? 'hang');
    workers.push(worker);
    return worker as unknown as Worker;
  };
  return { workers, onBroken, decoder: createFrameDecoder({ createWorker, onBroken, firstTimeoutMs: 1_000, timeoutMs: 100 }) };
}

describe('frames to the decoder worker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a text comes back, and nothing for a frame without a code', async () => {
    const seen = decoderOver([{ kind: 'text', text: 'OP1I:X' }]);
    expect(await seen.decoder.decode(frame())).toBe('OP1I:X');
    const empty = decoderOver([{ kind: 'none' }]);
    expect(await empty.decoder.decode(frame())).toBeNull();
    expect(empty.onBroken).not.toHaveBeenCalled();
  });

  test('a decode that hangs is ended, and the next frame gets a new worker', async () => {
    const { decoder, workers } = decoderOver(['hang', { kind: 'text', text: 'second' }]);
    const hung = decoder.decode(frame());
    await vi.advanceTimersByTimeAsync(999);
    expect(workers[0]?.terminated).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await hung).toBeNull();
    expect(workers[0]?.terminated).toBe(true);
    expect(await decoder.decode(frame())).toBe('second');
  });

  test('a worker whose engine did not load is ended: a new one loads it again', async () => {
    const { decoder, workers, onBroken } = decoderOver([{ kind: 'failed', why: 'no network' }, { kind: 'text', text: 'second' }]);
    expect(await decoder.decode(frame())).toBeNull();
    expect(workers[0]?.terminated).toBe(true);
    expect(await decoder.decode(frame())).toBe('second');
    expect(onBroken).not.toHaveBeenCalled();
  });

  test('once warm it waits less', async () => {
    const { decoder, workers } = decoderOver([{ kind: 'none' }]);
    await decoder.decode(frame());
    Object.assign(workers[0] ?? {}, { found: 'hang' });
    const hung = decoder.decode(frame());
    await vi.advanceTimersByTimeAsync(100);
    expect(await hung).toBeNull();
    expect(workers[0]?.terminated).toBe(true);
  });

  test('one frame at a time: a second one is dropped, not queued', async () => {
    const { decoder, workers } = decoderOver([{ kind: 'text', text: 'first' }]);
    const [first, second] = await Promise.all([decoder.decode(frame()), decoder.decode(frame())]);
    expect([first, second]).toEqual(['first', null]);
    expect(workers[0]?.requests).toHaveLength(1);
  });

  test('an engine that fails or crashes three times in a row is called broken, once', async () => {
    const failing = decoderOver(Array.from({ length: 5 }, () => ({ kind: 'failed' as const, why: 'no wasm' })));
    for (let i = 0; i < 5; i++) await failing.decoder.decode(frame());
    expect(failing.onBroken).toHaveBeenCalledTimes(1);
    const crashing = decoderOver(['crash', 'crash', 'crash', 'crash']);
    for (let i = 0; i < 4; i++) await crashing.decoder.decode(frame());
    expect(crashing.onBroken).toHaveBeenCalledTimes(1);
  });

  test('closed: the waiting frame is answered, the worker ended, and no new one made', async () => {
    const { decoder, workers } = decoderOver(['hang']);
    const hung = decoder.decode(frame());
    decoder.close();
    expect(await hung).toBeNull();
    expect(await decoder.decode(frame())).toBeNull();
    expect(workers).toHaveLength(1);
    expect(workers[0]?.terminated).toBe(true);
  });
});
