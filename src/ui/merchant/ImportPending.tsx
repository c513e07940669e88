/** Takes in what another till exported: its file, or its moving codes by the camera. Each sale still settles once, whoever sends it. */
import { useRef, useState } from 'preact/hooks';
import { err } from '#base/result.ts';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { ImportView } from '#wallet/api-till.ts';
import { useApp, useWords } from '../app-context.ts';
import { vibrate } from '../models/sound.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Slip } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { ScanPanel } from '../scanning/ScanPanel.tsx';
import { TillStrip } from './TillStrip.tsx';
import './pending.css';
import './till.css';

export function ImportPending() {
  const words = useWords().pending.import;
  const importing = useImport();
  const { view } = importing;
  return (
    <>
      <TopBar title={words.title} back="/pending" help="merchant-hand-over" />
      <TillStrip />
      <main id="main" class="page page-column" tabIndex={-1}>
        {view?.done ? (
          <Imported done={view.done} />
        ) : (
          <>
            <FileButton onText={importing.takeByHand} onTooLarge={importing.refuse} />
            <ScanPanel words={words} busy={null} aside={importing.problem !== null} onText={importing.takeScanned} onTyped={importing.takeByHand}>
              {view !== null && <Progress view={view} />}
              {importing.problem !== null && (
                <ErrorBanner problem={importing.problem} actions={<Button onClick={importing.clear}>{words.scan}</Button>} />
              )}
            </ScanPanel>
          </>
        )}
      </main>
    </>
  );
}

/** Parts come faster than they are taken in: they queue, and each text is given once. */
function useImport() {
  const { wallet } = useApp();
  const [view, setView] = useState<ImportView | null>(null);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const seen = useRef(new Set<string>());
  const last = useRef<Promise<void>>(Promise.resolve());

  async function give(text: string): Promise<void> {
    const taken = await wallet.api.importPending(text);
    if (!taken.ok) {
      seen.current.delete(text);
      return setProblem(taken);
    }
    if (taken.value.done !== null) vibrate();
    setView(taken.value);
  }
  function take(text: string): void {
    if (seen.current.has(text)) return;
    seen.current.add(text);
    last.current = last.current.then(() => give(text));
  }
  /** What the camera still sees does not take a problem away before somebody has read it. */
  function takeScanned(text: string): void {
    if (problem === null) take(text);
  }
  function takeByHand(text: string): void {
    setProblem(null);
    take(text);
  }
  return { view, problem, takeScanned, takeByHand, refuse: () => setProblem(err('E_TOO_LONG')), clear: () => setProblem(null) };
}

function FileButton({ onText, onTooLarge }: { readonly onText: (text: string) => void; readonly onTooLarge: () => void }) {
  const words = useWords().pending.import;
  const input = useRef<HTMLInputElement>(null);
  async function read(file: File | undefined): Promise<void> {
    // Never read whole: any file can be chosen here, a film too.
    if (file !== undefined && file.size > LIMITS.pendingFileChars) onTooLarge();
    else if (file !== undefined) onText(await file.text());
    if (input.current) input.current.value = '';
  }
  return (
    <>
      <input ref={input} class="unseen" type="file" tabIndex={-1} aria-label={words.file} onChange={(event) => void read(event.currentTarget.files?.[0])} />
      <Button wide onClick={() => input.current?.click()}>
        {words.file}
      </Button>
    </>
  );
}

function Progress({ view }: { readonly view: ImportView }) {
  const words = useWords().pending.import;
  const need = Math.max(view.need, 1);
  return (
    <div>
      <progress class="moving-bar" max={need} value={Math.min(view.have, need)} aria-label={words.progressLabel} />
      <p class="center figures" role="status">
        {words.progress(view.have, view.need)}
      </p>
    </div>
  );
}

function Imported({ done }: { readonly done: NonNullable<ImportView['done']> }) {
  const words = useWords().pending.import;
  return (
    <>
      <Slip>
        <div class="paid-head paid-head-plain" role="status">
          <Seal state={done.added > 0 || done.refused === 0 ? 'accepted' : 'refused'} />
          <h2>{words.done}</h2>
        </div>
        <ul class="import-done center">
          {done.added > 0 && <li>{words.added(done.added)}</li>}
          {done.known > 0 && <li>{words.known(done.known)}</li>}
          {done.refused > 0 && (
            <li>
              <strong>{words.refused(done.refused)}</strong>
            </li>
          )}
        </ul>
      </Slip>
      <Button kind="primary" wide href="/pending">
        {words.ok}
      </Button>
    </>
  );
}
