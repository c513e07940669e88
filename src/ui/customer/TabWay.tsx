/** From a paid slip: money set aside for this shop. Not offered where none can be kept. */
import { useApp, useWords } from '../app-context.ts';
import { canLoad } from '../models/purse.ts';
import { Button } from '../parts/Button.tsx';

export function TabWay({ merchantId }: { readonly merchantId: string }) {
  const { wallet } = useApp();
  const words = useWords().purse;
  const { offline } = wallet.snapshot.value;
  if (offline === null || !canLoad(offline)) return null;
  return (
    <Button kind="plain" wide href={`/purse/load?shop=${merchantId}`}>
      {words.forShop}
    </Button>
  );
}
