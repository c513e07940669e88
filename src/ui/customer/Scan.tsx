/**
 * The camera, at once, and three ways around it: a picture, paste, typing. A code that is ours goes on to the confirm sheet;
 * any other is named and shown as text. Loaded when it is first opened.
 */
import { useLocation } from 'preact-iso/router';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ScanProblem, Scanner } from '#scan/scanner.ts';
import { startScanner } from '#scan/scanner.ts';
import { useApp, useWords } from '../app-context.ts';
import { vibrate } from '../models/sound.ts';
import { Button, IconButton } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { PasteButton } from './PasteButton.tsx';
import { PictureButton } from './PictureButton.tsx';
import { TypeSheet } from './TypeSheet.tsx';
import { UnreadCode } from './UnreadCode.tsx';
import './scan.css';

export function Scan() {
  const { pay } = useApp();
  const words = useWords();
  const { route } = useLocation();
  const [typing, setTyping] = useState<string | null>(null);
  const state = pay.state.value;
  const reading = state.kind === 'reading';

  async function take(text: string): Promise<void> {
    if (pay.state.peek().kind === 'reading') return;
    vibrate();
    const next = await pay.read(text);
    if (next.kind === 'draft') route('/pay', true);
  }
  const camera = useCamera((text) => {
    if (pay.state.peek().kind === 'none') void take(text);
  });
  function takeByHand(text: string): void {
    pay.leave();
    setTyping(null);
    void take(text);
  }
  useEffect(() => () => {
    if (pay.state.peek().kind !== 'draft') pay.leave();
  }, []);

  return (
    <>
      <TopBar title={words.scan.title} back="/" help="camera-trouble" />
      <main class="page scan" id="main" tabIndex={-1}>
        <div class={`scan-frame${state.kind === 'unread' ? ' scan-aside' : ''}`} hidden={camera.problem !== null && !camera.ready}>
          <div class="scan-camera" ref={camera.container} />
          <div class="scan-corners" aria-hidden="true" />
          {camera.ready && <CameraButtons scanner={camera.scanner} />}
          {!camera.ready && camera.problem === null && <p class="scan-starting">{words.scan.starting}</p>}
        </div>
        <p class="center" role="status">
          {reading ? words.pay.reading : camera.ready && state.kind !== 'unread' ? words.scan.hint : ''}
        </p>
        {state.kind === 'unread' && <UnreadCode problem={state.problem} text={state.text} onAgain={() => pay.leave()} />}
        {camera.problem !== null && <CameraTrouble problem={camera.problem} onRestart={camera.restart} />}
        <div class="scan-ways push-down">
          <PictureButton scanner={camera.scanner} />
          <PasteButton onText={takeByHand} onProblem={setTyping} />
          <Button icon="keys" onClick={() => setTyping('')}>
            {words.scan.type}
          </Button>
        </div>
        {typing !== null && <TypeSheet problem={typing} busy={reading} onClose={() => setTyping(null)} onText={takeByHand} />}
      </main>
    </>
  );
}

function CameraTrouble({ problem, onRestart }: { readonly problem: ScanProblem; readonly onRestart: () => void }) {
  const words = useWords().scan;
  const ofCamera = problem.startsWith('CAMERA_');
  return (
    <ErrorBanner problem={{ error: problem }} tone="warn" actions={ofCamera ? <Button onClick={onRestart}>{words.tryAgain}</Button> : undefined}>
      {problem === 'CAMERA_DENIED' && <p>{words.howToAllow}</p>}
      {ofCamera && <p>{words.otherWays}</p>}
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

/** The camera runs while the screen is open, and never after. */
function useCamera(onText: (text: string) => void) {
  const { createDecoder } = useApp();
  const container = useRef<HTMLDivElement>(null);
  const [scanner, setScanner] = useState<Scanner | null>(null);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<ScanProblem | null>(null);

  useEffect(() => {
    if (container.current === null) return undefined;
    let gone = false;
    const starting = startScanner(container.current, {
      createWorker: createDecoder,
      onText: (text) => {
        setProblem(null);
        onText(text);
      },
      onProblem: (found) => {
        if (!gone) setProblem(found);
      },
      onReady: () => {
        setProblem(null);
        setReady(true);
      },
    });
    void starting.then((started) => {
      if (!gone) setScanner(started);
    });
    return () => {
      gone = true;
      void starting.then((started) => started.stop());
    };
  }, []);

  const restart = () => {
    setProblem(null);
    void scanner?.restart();
  };
  return { container, scanner, ready, problem, restart };
}
