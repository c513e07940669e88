/** The camera, with html5-qrcode failing as it does: what fails is told by code, and stops nothing that comes after. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Camera } from '#scan/camera.ts';
import { startScanner } from '#scan/scanner.ts';

const engine = vi.hoisted(() => ({ start: vi.fn(), stop: vi.fn(), getRunningTrackCameraCapabilities: vi.fn() }));
vi.mock('html5-qrcode/esm/html5-qrcode.js', () => ({
  Html5Qrcode: class {
    start = engine.start;
    stop = engine.stop;
    getRunningTrackCameraCapabilities = engine.getRunningTrackCameraCapabilities;
  },
}));

const torch = { isSupported: () => true, apply: vi.fn(async () => undefined) };
const video = { srcObject: null, play: async () => undefined };
const context = { fillRect: () => undefined, drawImage: () => undefined, getImageData: () => ({ width: 1, height: 1, data: new Uint8ClampedArray(4) }) };
const element = () => ({ id: 'scan-view', getContext: () => context, querySelector: () => video, replaceChildren: vi.fn(), append: vi.fn(), remove: vi.fn() });

beforeEach(() => {
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible', createElement: element }));
  vi.stubGlobal('window', Object.assign(new EventTarget(), { setTimeout }));
  vi.stubGlobal('HTMLVideoElement', class {});
  vi.stubGlobal('navigator', { mediaDevices: { enumerateDevices: async () => [] } });
  vi.stubGlobal('MediaStream', class {});
  engine.start.mockReset().mockResolvedValue(null);
  engine.stop.mockReset().mockResolvedValue(undefined);
  engine.getRunningTrackCameraCapabilities.mockReset().mockReturnValue({ torchFeature: () => torch });
});
afterEach(() => vi.unstubAllGlobals());

function cameraHere() {
  const events = { onText: vi.fn(), onProblem: vi.fn(), onReady: vi.fn() };
  return { events, camera: new Camera(element() as unknown as HTMLElement, events) };
}

test('one that opens and cannot be asked what it can do is closed and told, and may be opened again', async () => {
  engine.getRunningTrackCameraCapabilities.mockImplementationOnce(() => {
    throw new Error('the track is gone');
  });
  const { camera, events } = cameraHere();
  await camera.open();
  expect(events.onProblem.mock.calls).toEqual([['CAMERA_BUSY']]);
  expect(engine.stop).toHaveBeenCalledTimes(1);
  await camera.reopen();
  await vi.waitFor(() => expect(events.onReady).toHaveBeenCalledTimes(1));
});

test('a stop that throws at once holds up neither a restart nor the end', async () => {
  engine.stop.mockImplementation(() => {
    throw new Error('Cannot stop, scanner is not running or paused.');
  });
  const { camera, events } = cameraHere();
  await camera.open();
  await camera.reopen();
  expect(engine.start).toHaveBeenCalledTimes(2);
  await camera.close();
  expect(events.onProblem).not.toHaveBeenCalled();
});

test('a light that cannot be asked any more is no error', async () => {
  const { camera } = cameraHere();
  await camera.open();
  engine.getRunningTrackCameraCapabilities.mockImplementation(() => {
    throw new Error('the track is gone');
  });
  await expect(camera.torch(true)).resolves.toBeUndefined();
});

test('a picture that this browser fails on is one without a code, and its worker is ended', async () => {
  vi.stubGlobal('Image', class extends EventTarget {
    naturalWidth = 1;
    naturalHeight = 1;
    set src(_: string) {
      queueMicrotask(() => this.dispatchEvent(new Event('load')));
    }
  });
  vi.stubGlobal('createImageBitmap', async () => ({ width: 1, height: 1, close: () => undefined }));
  const terminate = vi.fn();
  const createWorker = () => ({ postMessage: () => { throw new RangeError('out of memory'); }, terminate }) as unknown as Worker;
  const onProblem = vi.fn();
  const scanner = await startScanner(element() as unknown as HTMLElement, { onText: vi.fn(), onProblem, onReady: vi.fn(), createWorker });
  expect(await scanner.fromPicture(new Blob(['x']))).toBeNull();
  expect(onProblem.mock.calls).toEqual([['PICTURE_NO_CODE']]);
  expect(terminate).toHaveBeenCalledTimes(1);
});
