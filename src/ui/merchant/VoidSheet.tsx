/** Gives a payment that has not settled back to the customer: asked once more, because it cannot be undone. */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatMoney } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { NoteView, SaleView } from '#wallet/api-till.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export type VoidSheetProps = {
  readonly sale: SaleView;
  /** The sale's own screen may be gone by then, so the note is shown by whoever stands above it. */
  readonly onNote: (note: NoteView) => void;
  readonly onClose: () => void;
};

export function VoidSheet({ sale, onNote, onClose }: VoidSheetProps) {
  const words = useWords().claims.void;
  const locale = useLocale();
  const { wallet } = useApp();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  async function giveBack(): Promise<void> {
    setBusy(true);
    const signed = await wallet.api.voidSale(sale.id);
    setBusy(false);
    setProblem(signed.ok ? null : signed);
    if (signed.ok) onNote(signed.value);
  }
  return (
    <Sheet title={words.title} onClose={onClose} held={busy}>
      <p>{words.text(formatMoney(sale.amountMinor, sale.ccy, locale))}</p>
      {problem !== null && <ErrorBanner problem={problem} />}
      <Button kind="ink" wide busy={busy} onClick={() => void giveBack()}>
        {words.yes}
      </Button>
      <Button wide onClick={onClose}>
        {words.no}
      </Button>
    </Sheet>
  );
}
