/** The newest records, and as many older ones as it takes until `enough` of what is looked for is among them. */
import { useEffect, useState } from 'preact/hooks';
import type { RecordView } from '#wallet/api.ts';
import { useApp } from '../app-context.ts';
import { readBack } from './read-back.ts';
import { joinPages } from './record-pages.ts';

/** `anew`: when it changes, it is looked for once more. */
export function useReadBack(enough: (read: readonly RecordView[]) => boolean, anew: unknown): readonly RecordView[] {
  const { wallet } = useApp();
  const { recent } = wallet.snapshot.value;
  const [read, setRead] = useState<readonly RecordView[]>([]);
  useEffect(() => {
    let gone = false;
    void readBack(wallet.api, recent, enough).then(({ records }) => {
      if (!gone) setRead(records);
    });
    return () => {
      gone = true;
    };
  }, [anew]);
  return joinPages(read, recent);
}
