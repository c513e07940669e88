/**
 * Shows a code to a camera: black on white whatever the theme, whole device pixels, a quiet zone, the screen kept awake, and
 * as large as the screen when tapped. The text of the code is not secret to the one who looks at it.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { drawCode } from '#scan/draw-code.ts';
import { useWords } from '../app-context.ts';
import { keepAwake } from '../models/wake-lock.ts';
import { closeOnBack } from './close-on-back.ts';
import { dropSecondTap } from './second-tap.ts';
import './code-view.css';

export type CodeViewProps = {
  readonly text: string;
  /** What the code is, for those who do not see it. */
  readonly label: string;
  readonly maxCssPx?: number;
};

export function CodeView({ text, label, maxCssPx = 420 }: CodeViewProps) {
  const words = useWords().shell;
  const [enlarged, setEnlarged] = useState(false);
  useEffect(() => keepAwake(document), []);
  return (
    <>
      <button class="code-view" type="button" aria-label={`${label} · ${words.enlarge}`} onClick={() => setEnlarged(true)}>
        <CodeCanvas text={text} maxCssPx={maxCssPx} />
      </button>
      {enlarged && <FullScreenCode text={text} label={label} onClose={() => setEnlarged(false)} />}
    </>
  );
}

function FullScreenCode({ text, label, onClose }: { readonly text: string; readonly label: string; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const words = useWords().shell;
  const openedAt = useRef(0);
  useEffect(() => {
    openedAt.current = performance.now();
    dialog.current?.showModal();
    return closeOnBack(() => {
      dialog.current?.close();
      return true;
    });
  }, []);
  return (
    <dialog
      ref={dialog}
      class="code-full"
      aria-label={label}
      onClose={onClose}
      onClickCapture={(event) => dropSecondTap(event, openedAt.current)}
      onClick={() => dialog.current?.close()}
    >
      <CodeCanvas text={text} maxCssPx={Infinity} />
      <button class="button button-outline code-close" type="button">
        {words.close}
      </button>
    </dialog>
  );
}

/** Drawn in the frame that shows it, and again when the room changes. */
function CodeCanvas({ text, maxCssPx }: { readonly text: string; readonly maxCssPx: number }) {
  const frame = useRef<HTMLSpanElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    let drawnFor = 0;
    const draw = () => {
      if (canvas.current === null || frame.current === null) return;
      const room = Math.min(frame.current.clientWidth, maxCssPx, frame.current.clientHeight || Infinity);
      // A dialog that is not open yet has no room.
      if (room === drawnFor || room === 0) return;
      drawnFor = room;
      drawCode(canvas.current, text, { maxCssPx: room });
    };
    draw();
    const observer = new ResizeObserver(draw);
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [text, maxCssPx]);
  return (
    <span class="code-frame" ref={frame}>
      <canvas ref={canvas} class="code-canvas" data-code={text} />
    </span>
  );
}
