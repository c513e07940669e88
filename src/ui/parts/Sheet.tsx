/**
 * A dialog that comes from below. The browser's own <dialog> keeps the focus inside and the rest inert; Escape, the back
 * button and the close button all call onClose. While `held`, it cannot be closed: something is on its way.
 */
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { useWords } from '../app-context.ts';
import { IconButton } from './Button.tsx';
import { closeOnBack } from './close-on-back.ts';
import './sheet.css';

export type SheetProps = {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly held?: boolean;
  readonly onClose: () => void;
};

export function Sheet({ title, children, held = false, onClose }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const words = useWords().shell;
  const openedAt = useRef(0);
  const close = useRef(onClose);
  close.current = () => {
    if (!held) onClose();
  };

  // At once, so that what is typed right after the tap arrives here.
  useLayoutEffect(() => {
    openedAt.current = performance.now();
    dialog.current?.showModal();
    // Not by `autofocus`: browsers refuse that in a frame of another origin.
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true });
    return closeOnBack(titleId, () => close.current());
  }, []);

  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        close.current();
      }}
      onClickCapture={(event) => {
        if (isSecondTap(event, openedAt.current)) event.stopPropagation();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close.current();
      }}
    >
      <div class="sheet-body">
        <header class="row spread sheet-head">
          <h2 id={titleId}>{title}</h2>
          {!held && <IconButton icon="close" label={words.close} onClick={() => close.current()} />}
        </header>
        {children}
      </div>
    </dialog>
  );
}

const DOUBLE_TAP_MS = 400;

/** The second tap of a double tap lands on the sheet that the first one opened: it must not press what it never saw. */
function isSecondTap(event: MouseEvent, openedAtMs: number): boolean {
  const touch = event instanceof PointerEvent && event.pointerType === 'touch';
  return performance.now() - openedAtMs < DOUBLE_TAP_MS && (event.detail > 1 || touch);
}
