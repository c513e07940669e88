/**
 * A dialog that comes from below. The browser's own <dialog> keeps the focus inside and the rest inert; Escape, the back
 * button and the close button all call onClose. While `held`, it cannot be closed: something is on its way.
 */
import { useLocation } from 'preact-iso/router';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { useWords } from '../app-context.ts';
import { IconButton } from './Button.tsx';
import { closeOnBack } from './close-on-back.ts';
import { dropSecondTap } from './second-tap.ts';
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
  const { route } = useLocation();
  const words = useWords().shell;
  const openedAt = useRef(0);
  const close = useRef<() => boolean>(() => true);
  close.current = () => {
    if (!held) onClose();
    return !held;
  };
  const show = () => {
    dialog.current?.showModal();
    // Not by `autofocus`: browsers refuse that in a frame of another origin.
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true });
  };

  // At once, so that what is typed right after the tap arrives here.
  useLayoutEffect(() => {
    openedAt.current = performance.now();
    const page = location.pathname;
    show();
    const stepBack = closeOnBack(() => close.current());
    return () => {
      // Taken off the page while it is open, it would not give the focus back to where it was. A next page takes the focus itself, and would be laid out once more for this.
      if (location.pathname === page) dialog.current?.close();
      stepBack();
    };
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
      onClose={() => {
        // A browser lets a cancel be refused once; at the next Escape or back it closes the dialog all the same.
        if (dialog.current !== null && !close.current()) show();
      }}
      onClickCapture={(event) => dropSecondTap(event, openedAt.current)}
      onClick={(event) => {
        if (event.target === dialog.current) close.current();
        const path = pathTo(event);
        if (path === null) return;
        event.preventDefault();
        event.stopPropagation();
        route(path, true);
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

/** Where a link in a sheet leads, inside the app: its step takes the place of the sheet's own, else back would stop once at the page without the sheet. */
function pathTo({ target, button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): string | null {
  if (button !== 0 || ctrlKey || metaKey || shiftKey || altKey || !(target instanceof Element)) return null;
  return target.closest('a[href^="/"]:not([target], [download])')?.getAttribute('href') ?? null;
}
