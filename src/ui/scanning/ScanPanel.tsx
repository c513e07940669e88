/**
 * The camera, at once, and three ways around it: a picture, paste, typing. Gives texts to whoever drew it, and never judges one.
 * Words are given, because a shopper scans charges and a till scans payments.
 */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ScanProblem, Scanner } from '#scan/scanner.ts';
import { useWords } from '../app-context.ts';
import { Button, IconButton } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { PasteButton } from './PasteButton.tsx';
import { PictureButton } from './PictureButton.tsx';
import { TypeSheet } from './TypeSheet.tsx';
import type { TypeWords } from './TypeSheet.tsx';
import { useCamera } from './use-camera.ts';
import './scan-panel.css';

export type ScanWords = TypeWords & {
  /** What to hold into the frame. */
  readonly hint: string;
  /** The ways on when there is no camera. */
  readonly otherWays: string;
  /** On the button that opens the text field. */
  readonly type: string;
};

export type ScanPanelProps = {
  readonly words: ScanWords;
  /** What is being done with the last code; nothing else is taken meanwhile. */
  readonly busy: string | null;
  /** Something more important stands below: the camera makes room. */
  readonly aside?: boolean;
  /** Counts how often somebody asked to scan again: the code that is still in view is then told once more. */
  readonly round?: number;
  /** Seen by the camera or in a picture. */
  readonly onText: (text: string) => void;
  /** Pasted or typed: somebody meant it. */
  readonly onTyped: (text: string) => void;
  /** Between the camera and the other ways. */
  readonly children?: ComponentChildren;
};

export function ScanPanel({ words, busy, aside = false, round = 0, onText, onTyped, children }: ScanPanelProps) {
  const { scan } = useWords();
  const [typing, setTyping] = useState<string | null>(null);
  const camera = useCamera(onText, round);
  const take = (text: string) => {
    setTyping(null);
    onTyped(text);
  };
  return (
    <>
      <div class={`scan-frame${aside ? ' scan-aside' : ''}`} hidden={camera.problem !== null && !camera.ready}>
        <div class="scan-camera" ref={camera.container} />
        <div class="scan-corners" aria-hidden="true" />
        {camera.ready && <CameraButtons scanner={camera.scanner} />}
        {!camera.ready && camera.problem === null && <p class="scan-starting">{scan.starting}</p>}
      </div>
      <p class="center" role="status">
        {busy ?? (camera.ready && !aside ? words.hint : '')}
      </p>
      {children}
      {camera.problem !== null && <CameraTrouble problem={camera.problem} otherWays={words.otherWays} onRestart={camera.restart} />}
      <div class="scan-ways push-down">
        <PictureButton scanner={camera.scanner} />
        <PasteButton onText={take} onProblem={setTyping} />
        <Button icon="keys" onClick={() => setTyping('')}>
          {words.type}
        </Button>
      </div>
      {typing !== null && <TypeSheet words={words} problem={typing} busy={busy !== null} onClose={() => setTyping(null)} onText={take} />}
    </>
  );
}

type TroubleProps = { readonly problem: ScanProblem; readonly otherWays: string; readonly onRestart: () => void };

function CameraTrouble({ problem, otherWays, onRestart }: TroubleProps) {
  const words = useWords().scan;
  const ofCamera = problem.startsWith('CAMERA_');
  return (
    <ErrorBanner problem={{ error: problem }} tone="warn" actions={ofCamera ? <Button onClick={onRestart}>{words.tryAgain}</Button> : undefined}>
      {problem === 'CAMERA_DENIED' && <p>{words.howToAllow}</p>}
      {ofCamera && <p>{otherWays}</p>}
    </ErrorBanner>
  );
}

function CameraButtons({ scanner }: { readonly scanner: Scanner | null }) {
  const words = useWords().scan;
  const [light, setLight] = useState(false);
  if (scanner === null) return null;
  const toggle = () => {
    void scanner.torch(!light);
    setLight(!light);
  };
  return (
    <div class="scan-buttons">
      {scanner.canTorch && <IconButton icon="torch" label={light ? words.torchOff : words.torchOn} pressed={light} onClick={toggle} />}
      {scanner.canSwitch && <IconButton icon="flip" label={words.switchCamera} onClick={() => void scanner.switchCamera()} />}
    </div>
  );
}
