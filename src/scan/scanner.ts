/**
 * The scanner: html5-qrcode opens and shows the camera, our decoder reads the full frames, texts come out. It never opens,
 * follows or judges a text, and it never throws: what goes wrong is a ScanProblem. Pictures work even without a camera.
 *
 * iOS (from reports, not from a device): start on a tap; a stream may come back paused or ended after the background; calling
 * getCameras() first opens a stream of its own, so devices are listed only once ours runs.
 */
import { Html5Qrcode } from 'html5-qrcode/esm/html5-qrcode.js';
import { cameraProblem, type ScanProblem } from './camera-problem.ts';
import { decodeWith } from './code-decoder.ts';
import { createFrameDecoder } from './frame-decoder.ts';
import { readPicture } from './picture.ts';

export type { ScanProblem } from './camera-problem.ts';

export type ScannerOptions = {
  /** One call for a code in view; again only after it was gone for REPEAT_AFTER_MS. */
  readonly onText: (text: string) => void;
  readonly onProblem: (problem: ScanProblem) => void;
  /** The camera shows a picture; what it can do is known now. Called again after a switch or a restart. */
  readonly onReady: () => void;
  /** The page's Trusted Types policy makes the worker's address, so the shell gives this. */
  readonly createWorker: () => Worker;
};

export type Scanner = {
  stop(): Promise<void>;
  /** Opens the camera again, after CAMERA_LOST or once it was allowed. */
  restart(): Promise<void>;
  switchCamera(): Promise<void>;
  readonly canSwitch: boolean;
  torch(on: boolean): Promise<void>;
  readonly canTorch: boolean;
  /** Text goes to onText as well. */
  fromPicture(file: Blob): Promise<string | null>;
};

const FRAMES_PER_SECOND = 10;
const REPEAT_AFTER_MS = 2_500;
/** Wishes, never `exact`: a camera that cannot keep one still opens. */
const WISHES: MediaTrackConstraints = { facingMode: 'environment', width: { ideal: 1_280 }, height: { ideal: 720 } };

let views = 0;

/** Gives the scanner at once, while the camera still opens or the user is still asked: pictures work meanwhile. */
export function startScanner(container: HTMLElement, options: ScannerOptions): Promise<Scanner> {
  const decoder = createFrameDecoder({ createWorker: options.createWorker, onBroken: () => options.onProblem('BROWSER_UNSUPPORTED') });
  const view = document.createElement('div');
  view.id = `scan-view-${++views}`;
  view.className = 'scan-view';
  container.append(view);
  decodeWith(view, decoder.decode);
  const onText = withoutRepeats(options.onText);
  const camera = createCamera(view, { ...options, onText });
  void camera.open();

  return Promise.resolve({
    async stop() {
      await camera.close();
      decoder.close();
      view.remove();
    },
    restart: () => camera.reopen(),
    switchCamera: () => camera.switch(),
    get canSwitch() {
      return camera.devices.length > 1;
    },
    torch: (on) => camera.torch(on),
    get canTorch() {
      return camera.canTorch;
    },
    async fromPicture(file) {
      const pictureDecoder = createFrameDecoder({ createWorker: options.createWorker, onBroken: () => options.onProblem('BROWSER_UNSUPPORTED') });
      const found = await readPicture(file, pictureDecoder.decode);
      pictureDecoder.close();
      if ('problem' in found) options.onProblem(found.problem);
      else options.onText(found.text);
      return 'text' in found ? found.text : null;
    },
  });
}

function withoutRepeats(onText: (text: string) => void): (text: string) => void {
  let last = '';
  let lastAtMs = Number.NEGATIVE_INFINITY;
  return (text) => {
    const now = performance.now();
    const fresh = text !== last || now - lastAtMs > REPEAT_AFTER_MS;
    last = text;
    lastAtMs = now;
    if (fresh) onText(text);
  };
}

type Camera = {
  open(): Promise<void>;
  reopen(): Promise<void>;
  close(): Promise<void>;
  switch(): Promise<void>;
  torch(on: boolean): Promise<void>;
  readonly devices: readonly string[];
  readonly canTorch: boolean;
};

function createCamera(view: HTMLElement, options: ScannerOptions): Camera {
  // A new engine for each start: one that was stopped before its first picture refuses to start again.
  let engine = new Html5Qrcode(view.id, false);
  let devices: readonly string[] = [];
  let wanted: string | null = null;
  let running = false;
  let closed = false;
  let lost = false;
  let canTorch = false;
  // html5-qrcode throws on overlapping starts and stops; ours queue.
  let queue: Promise<void> = Promise.resolve();
  const enqueue = (step: () => Promise<void>): Promise<void> => (queue = queue.then(step));

  const video = () => view.querySelector('video');

  async function start(): Promise<void> {
    if (running || closed) return;
    lost = false;
    const videoConstraints = wanted === null ? WISHES : { ...WISHES, facingMode: undefined, deviceId: wanted };
    engine = new Html5Qrcode(view.id, false);
    try {
      await engine.start(WISHES, { fps: FRAMES_PER_SECOND, disableFlip: true, videoConstraints: withoutEmpty(videoConstraints) }, options.onText, undefined);
    } catch (error) {
      if (!closed) options.onProblem(cameraProblem(error));
      return;
    }
    running = true;
    await learn();
    // On iOS a stream may come paused; play() also tells when there is a picture.
    const ready = () => {
      if (running) options.onReady();
    };
    void video()?.play().then(ready, ready);
  }

  async function halt(): Promise<void> {
    if (!running) return;
    running = false;
    canTorch = false;
    await engine.stop().catch(() => view.replaceChildren());
  }

  async function learn(): Promise<void> {
    const track = currentTrack(video());
    track?.addEventListener('ended', onEnded);
    canTorch = engine.getRunningTrackCameraCapabilities().torchFeature().isSupported();
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    devices = found.filter((device) => device.kind === 'videoinput').map((device) => device.deviceId);
    wanted ??= track?.getSettings().deviceId ?? null;
    // html5-qrcode's own handlers throw strings at nobody when a stream ends.
    const surface = video();
    if (surface) surface.onabort = surface.onerror = null;
  }

  function onEnded(): void {
    if (closed || !running) return;
    lost = true;
    if (document.visibilityState === 'visible') void enqueue(halt).then(() => options.onProblem('CAMERA_LOST'));
  }

  /** Back from the background: a stream that ended there is opened again without a word, a paused one is played. */
  function onVisible(): void {
    if (document.visibilityState !== 'visible' || !running) return;
    if (lost) void reopen();
    else if (video()?.paused) void video()?.play().catch(() => reopen());
  }

  function reopen(): Promise<void> {
    return enqueue(halt).then(() => enqueue(start));
  }

  return {
    open() {
      document.addEventListener('visibilitychange', onVisible);
      return enqueue(start);
    },
    reopen,
    close() {
      closed = true;
      document.removeEventListener('visibilitychange', onVisible);
      return enqueue(halt);
    },
    switch() {
      const at = wanted === null ? -1 : devices.indexOf(wanted);
      wanted = devices[(at + 1) % Math.max(1, devices.length)] ?? null;
      return reopen();
    },
    async torch(on) {
      if (canTorch) await engine.getRunningTrackCameraCapabilities().torchFeature().apply(on).catch(() => undefined);
    },
    get devices() {
      return devices;
    },
    get canTorch() {
      return canTorch;
    },
  };
}

/** html5-qrcode accepts only constraints that are there. */
function withoutEmpty(constraints: MediaTrackConstraints): MediaTrackConstraints {
  return Object.fromEntries(Object.entries(constraints).filter(([, value]) => value !== undefined));
}

function currentTrack(video: HTMLVideoElement | null): MediaStreamTrack | null {
  return video?.srcObject instanceof MediaStream ? (video.srcObject.getVideoTracks()[0] ?? null) : null;
}
