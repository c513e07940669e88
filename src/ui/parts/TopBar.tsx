/** The head of a page: its title, the way back, and help, always in the same corner. */
import { useLocation } from 'preact-iso/router';
import type { ComponentChildren } from 'preact';
import { useWords } from '../app-context.ts';
import { IconButton } from './Button.tsx';
import './bars.css';

export type TopBarProps = {
  readonly title: ComponentChildren;
  /** Where back leads when this page was opened first, by a link or a reload. */
  readonly back?: string;
  /** The article that fits this page. */
  readonly help?: string;
  readonly children?: ComponentChildren;
};

export function TopBar({ title, back, help, children }: TopBarProps) {
  const words = useWords().shell;
  const goBack = useBack(back ?? '/');
  return (
    <header class="topbar">
      {back !== undefined && <IconButton icon="back" label={words.back} onClick={goBack} />}
      <h1 class="topbar-title">{title}</h1>
      {children}
      {help !== undefined && <IconButton icon="help" label={words.help} href={help === '' ? '/help' : `/help/${help}`} />}
    </header>
  );
}

/** Back in the history where this visit has one, else to `home`. */
export function useBack(home: string): () => void {
  const location = useLocation();
  return () => {
    if (history.length > 1 && cameFromHere()) location.back();
    else location.route(home, true);
  };
}

let steps = 0;

/** Told of each step inside the app that back can undo: one that took another's place left nothing behind it. */
export function countStep(): void {
  steps += 1;
}

function cameFromHere(): boolean {
  return steps > 0;
}
