/** The wallet cannot be opened here: why, what now, and that the money is safe. A device that was switched off is cleared here, for a new code. */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { WalletApi } from '#wallet/api.ts';
import type { ExportView } from '#wallet/api-till.ts';
import { useWords } from '../app-context.ts';
import { saveFile } from '../merchant/files.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { TopBar } from '../parts/TopBar.tsx';

/** `api`: null where no wallet was opened at all. */
export function Blocked({ code, reload, api }: { readonly code: ErrorCode; readonly reload: () => void; readonly api: WalletApi | null }) {
  const words = useWords().shell;
  return (
    <>
      <TopBar title={words.blocked.title} help="" />
      <main class="page" id="main" tabIndex={-1}>
        <ErrorBanner problem={{ error: code }} />
        {code === 'DEVICE_REVOKED' && api !== null ? <NewCode api={api} /> : <p class="card">{words.blocked.safe}</p>}
        <Button kind={code === 'DEVICE_REVOKED' ? 'outline' : 'primary'} wide onClick={reload}>
          {words.reload}
        </Button>
      </main>
    </>
  );
}

/** What a till holds exists nowhere else: it is offered as a file first. Only when that was asked for is there the word that drops it. */
function NewCode({ api }: { readonly api: WalletApi }) {
  const { shell, pending } = useWords();
  const words = shell.blocked;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const [held, setHeld] = useState<{ readonly file: ExportView | null } | null>(null);
  const [saved, setSaved] = useState(false);
  async function clear(discard: boolean): Promise<void> {
    setBusy(true);
    const cleared = await api.signOut(discard);
    const waits = !cleared.ok && cleared.error === 'SIGN_OUT_HELD';
    const exported = waits ? await api.exportPending() : null;
    setBusy(false);
    setProblem(cleared.ok || waits ? null : cleared);
    if (exported !== null) setHeld({ file: exported.ok ? exported.value : null });
  }
  function save(view: ExportView): void {
    saveFile(view);
    setSaved(true);
  }
  const file = held?.file ?? null;
  return (
    <>
      {problem !== null && <ErrorBanner problem={problem} />}
      <p class="card">{held === null ? words.safe : file === null ? words.heldPayer : words.heldTill}</p>
      {file !== null && (
        <Button kind="primary" wide onClick={() => save(file)}>
          {pending.export.file}
        </Button>
      )}
      {(file === null || saved) && (
        <Button kind={file === null ? 'primary' : 'outline'} wide busy={busy} onClick={() => void clear(held !== null)}>
          {held === null ? words.again : words.drop}
        </Button>
      )}
    </>
  );
}
