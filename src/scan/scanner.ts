/**
 * The scanner: html5-qrcode opens and shows the camera, our decoder reads the full frames, texts come out. It never opens,
 * follows or judges a text, and it never throws: what goes wrong is a ScanProblem. Pictures work even without a camera.
 */
import { Camera } from './camera.ts';
import type { ScanProblem } from './camera-problem.ts';
import { decodeWith } from './code-decoder.ts';
import { createFrameDecoder } from './frame-decoder.ts';
import { readPicture } from './picture.ts';
import { withoutRepeats } from './without-repeats.ts';

export type { ScanProblem } from './camera-problem.ts';

export type ScannerOptions = {
  /** One call for a code in view; again only after it was out of sight for a while, or was forgotten. */
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
  /** The code in view counts as new: somebody asked to scan again. */
  forget(): void;
  /** Text goes to onText as well. Of a picture that is still read when the scanner stops, nothing is told. */
  fromPicture(file: Blob): Promise<string | null>;
};

let views = 0;

/** Gives the scanner at once, while the camera still opens or the user is still asked: pictures work meanwhile. */
export function startScanner(container: HTMLElement, options: ScannerOptions): Promise<Scanner> {
  const newDecoder = () => createFrameDecoder({ createWorker: options.createWorker, onBroken: () => options.onProblem('BROWSER_UNSUPPORTED') });
  const decoder = newDecoder();
  const view = document.createElement('div');
  view.id = `scan-view-${++views}`;
  view.className = 'scan-view';
  container.append(view);
  decodeWith(view, decoder.decode);
  const seen = withoutRepeats(options.onText);
  const camera = new Camera(view, { ...options, onText: seen.see });
  let stopped = false;
  void camera.open();

  return Promise.resolve({
    async stop() {
      stopped = true;
      decoder.close();
      // Waits for a question to the user that is still open; what comes of it is closed then.
      await camera.close();
      view.remove();
    },
    forget: seen.forget,
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
      const pictureDecoder = newDecoder();
      // A picture may be too much for this browser's canvas; then it throws.
      const found = await readPicture(file, pictureDecoder.decode)
        .catch(() => ({ problem: 'PICTURE_NO_CODE' }) as const)
        .finally(pictureDecoder.close);
      if (stopped) return null;
      if ('problem' in found) options.onProblem(found.problem);
      else options.onText(found.text);
      return 'text' in found ? found.text : null;
    },
  });
}
