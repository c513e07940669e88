/** One record on screen, read again whenever the wallet says that something changed. */
import { useEffect, useState } from 'preact/hooks';
import type { RecordView } from '#wallet/api.ts';
import { useApp } from '../app-context.ts';

export type Found<R> = { readonly kind: 'reading' } | { readonly kind: 'found'; readonly record: R } | { readonly kind: 'missing' };

export function useRecord<T extends RecordView['type']>(type: T, id: string): Found<Extract<RecordView, { type: T }>> {
  const { wallet, pay } = useApp();
  const snapshot = wallet.snapshot.value;
  const [found, setFound] = useState<{ readonly id: string; readonly record: RecordView | null } | null>(null);

  useEffect(() => {
    let gone = false;
    void wallet.api.record(type, id).then((result) => {
      // Any other error is no answer: what is shown stays, perhaps a code that is just being scanned.
      if (!gone && (result.ok || result.error === 'NOT_FOUND')) setFound({ id, record: result.ok ? result.value : null });
    });
    return () => {
      gone = true;
    };
  }, [type, id, snapshot.version]);

  const shown = found?.id === id ? found.record : (snapshot.recent.find((record) => record.type === type && record.id === id) ?? pay.signedNow(id));
  if (shown === undefined) return { kind: 'reading' };
  return isOf(type, shown) ? { kind: 'found', record: shown } : { kind: 'missing' };
}

function isOf<T extends RecordView['type']>(type: T, record: RecordView | null): record is Extract<RecordView, { type: T }> {
  return record?.type === type;
}
