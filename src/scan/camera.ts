/**
 * One camera in one element, driven by html5-qrcode: opened, closed, switched and opened again in turn, never two at a time.
 * Tells problems by code and never throws.
 *
 * iOS (from reports, not from a device): start on a tap; a stream may come back paused or ended after the background; calling
 * getCameras() first opens a stream of its own, so devices are listed only once ours runs.
 */
import { Html5Qrcode } from 'html5-qrcode/esm/html5-qrcode.js';
import { hushAbortedPlay } from './aborted-play.ts';
import { cameraProblem, type ScanProblem } from './camera-problem.ts';

export type CameraEvents = {
  readonly onText: (text: string) => void;
  readonly onProblem: (problem: ScanProblem) => void;
  readonly onReady: () => void;
};

const FRAMES_PER_SECOND = 10;
/** Wishes, never `exact`: a camera that cannot keep one still opens. */
const SIZE = { width: { ideal: 1_280 }, height: { ideal: 720 } } as const;
const BACK: MediaTrackConstraints = { facingMode: 'environment' };

export class Camera {
  readonly #view: HTMLElement;
  readonly #events: CameraEvents;
  /** Null while no camera runs. A new engine for each start: one that was stopped before its first picture refuses to start again. */
  #engine: Html5Qrcode | null = null;
  #queue: Promise<void> = Promise.resolve();
  #devices: readonly string[] = [];
  #wanted: string | null = null;
  #canTorch = false;
  #closed = false;
  /** The stream ended while nobody was looking. */
  #lost = false;
  #unhush: () => void = () => undefined;

  constructor(view: HTMLElement, events: CameraEvents) {
    this.#view = view;
    this.#events = events;
  }

  get devices(): readonly string[] {
    return this.#devices;
  }

  get canTorch(): boolean {
    return this.#canTorch;
  }

  open(): Promise<void> {
    document.addEventListener('visibilitychange', this.#onVisible);
    this.#unhush = hushAbortedPlay(window);
    return this.#inTurn(() => this.#start());
  }

  reopen(): Promise<void> {
    void this.#inTurn(() => this.#halt());
    return this.#inTurn(() => this.#start());
  }

  close(): Promise<void> {
    this.#closed = true;
    document.removeEventListener('visibilitychange', this.#onVisible);
    return this.#inTurn(() => this.#halt()).then(() => this.#unhush());
  }

  switch(): Promise<void> {
    const at = this.#wanted === null ? -1 : this.#devices.indexOf(this.#wanted);
    this.#wanted = this.#devices[(at + 1) % Math.max(1, this.#devices.length)] ?? null;
    return this.reopen();
  }

  async torch(on: boolean): Promise<void> {
    if (!this.#canTorch) return;
    try {
      await this.#engine?.getRunningTrackCameraCapabilities().torchFeature().apply(on);
    } catch {
      // The camera has gone: it tells so itself.
    }
  }

  /** html5-qrcode throws on overlapping starts and stops. A step that fails is told, and stops none of those after it. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step).catch((error: unknown) => this.#fail(error));
    return this.#queue;
  }

  #fail(error: unknown): void {
    if (!this.#closed) this.#events.onProblem(cameraProblem(error));
  }

  async #start(): Promise<void> {
    if (this.#engine !== null || this.#closed) return;
    this.#lost = false;
    const which = this.#wanted === null ? BACK : { deviceId: this.#wanted };
    const engine = new Html5Qrcode(this.#view.id, false);
    try {
      const config = { fps: FRAMES_PER_SECOND, disableFlip: true, videoConstraints: { ...which, ...SIZE } };
      await engine.start(BACK, config, this.#events.onText, undefined);
      this.#engine = engine;
      await this.#learn(engine);
    } catch (error) {
      await this.#halt();
      this.#fail(error);
      return;
    }
    this.#tellWhenReady(engine);
  }

  async #halt(): Promise<void> {
    const engine = this.#engine;
    this.#engine = null;
    this.#canTorch = false;
    try {
      // Rejects, or throws at once when it has stopped already.
      await engine?.stop();
    } catch {
      this.#view.replaceChildren();
    }
  }

  async #learn(engine: Html5Qrcode): Promise<void> {
    const track = currentTrack(this.#video());
    track?.addEventListener('ended', () => this.#onEnded(engine));
    this.#canTorch = engine.getRunningTrackCameraCapabilities().torchFeature().isSupported();
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.#devices = found.filter((device) => device.kind === 'videoinput').map((device) => device.deviceId);
    this.#wanted ??= track?.getSettings().deviceId ?? null;
  }

  /** On iOS a stream may come paused; play() also tells when there is a picture. */
  #tellWhenReady(engine: Html5Qrcode): void {
    const video = this.#video();
    if (video === null) return;
    // html5-qrcode's own handlers throw strings at nobody when a stream ends.
    video.onabort = video.onerror = null;
    const ready = () => {
      if (this.#engine === engine && !this.#closed) this.#events.onReady();
    };
    void video.play().then(ready, ready);
  }

  #video(): HTMLVideoElement | null {
    return this.#view.querySelector('video');
  }

  #onEnded(engine: Html5Qrcode): void {
    if (this.#closed || this.#engine !== engine) return;
    this.#lost = true;
    if (document.visibilityState !== 'visible') return;
    void this.#inTurn(() => this.#halt()).then(() => this.#events.onProblem('CAMERA_LOST'));
  }

  /** Back from the background: a stream that ended there is opened again without a word, a paused one is played. */
  readonly #onVisible = (): void => {
    if (document.visibilityState !== 'visible' || this.#engine === null) return;
    const video = this.#video();
    if (this.#lost) void this.reopen();
    else if (video?.paused) void video.play().catch(() => this.reopen());
  };
}

function currentTrack(video: HTMLVideoElement | null): MediaStreamTrack | null {
  return video?.srcObject instanceof MediaStream ? (video.srcObject.getVideoTracks()[0] ?? null) : null;
}
