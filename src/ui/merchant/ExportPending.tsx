/** What waits, for another till: as a file, or as moving codes that its camera reads. Nothing leaves this till by it. */
import { useEffect, useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatMoney } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { ExportView } from '#wallet/api-till.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { CodeView } from '../parts/CodeView.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { saveFile, shareFile } from './files.ts';
import { TillStrip } from './TillStrip.tsx';
import './pending.css';
import './till.css';

export function ExportPending() {
  const words = useWords().pending.export;
  const { wallet } = useApp();
  const [exported, setExported] = useState<ExportView | null>(null);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  useEffect(() => {
    let gone = false;
    void wallet.api.exportPending().then((result) => {
      if (gone) return;
      if (result.ok) setExported(result.value);
      else setProblem(result);
    });
    return () => {
      gone = true;
    };
  }, []);
  return (
    <>
      <TopBar title={words.title} back="/pending" help="merchant-hand-over" />
      <TillStrip />
      <main id="main" class="page page-column" tabIndex={-1}>
        {problem !== null && <ErrorBanner problem={problem} />}
        {problem === null && exported === null && <Skeleton lines={4} />}
        {exported?.count === 0 && <Banner tone="note" title={words.empty} />}
        {exported !== null && exported.count > 0 && <Exported exported={exported} />}
      </main>
    </>
  );
}

function Exported({ exported }: { readonly exported: ExportView }) {
  const words = useWords().pending.export;
  const locale = useLocale();
  const { identity } = useApp().wallet.snapshot.value;
  const [saved, setSaved] = useState(false);
  const [moving, setMoving] = useState(false);
  const amount = identity === null ? '' : formatMoney(exported.amountMinor, identity.ccy, locale);
  const { share } = shareFile(exported);
  return (
    <>
      <p>{words.what(exported.count, amount)}</p>
      {moving ? (
        <MovingCodes parts={exported.parts} />
      ) : (
        <Button kind="ink" icon="scan" wide onClick={() => setMoving(true)}>
          {words.codes}
        </Button>
      )}
      <Button
        wide
        onClick={() => {
          saveFile(exported);
          setSaved(true);
        }}
      >
        {words.file}
      </Button>
      {share !== null && (
        <Button icon="share" wide onClick={() => void share()}>
          {words.share}
        </Button>
      )}
      <p role="status">{saved ? words.saved : ''}</p>
    </>
  );
}

/** A camera reads about eight codes a second; one that stands for two of its frames is read. */
const PART_MS = 250;

function MovingCodes({ parts }: { readonly parts: readonly string[] }) {
  const words = useWords().pending.export;
  const [index, setIndex] = useState(0);
  const [moving, setMoving] = useState(true);
  useEffect(() => {
    if (!moving) return undefined;
    const timer = setInterval(() => setIndex((shown) => (shown + 1) % parts.length), PART_MS);
    return () => clearInterval(timer);
  }, [moving, parts.length]);
  return (
    <section class="moving-codes" aria-label={words.label}>
      <p class="small">{words.codesHow}</p>
      <CodeView text={parts[index] ?? ''} label={words.label} />
      <progress class="moving-bar" max={parts.length} value={index + 1} aria-label={words.label} />
      <p class="center small figures">{words.part(index + 1, parts.length)}</p>
      <Button wide onClick={() => setMoving(!moving)}>
        {moving ? words.stop : words.play}
      </Button>
    </section>
  );
}
