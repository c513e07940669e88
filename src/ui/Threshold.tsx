/** What stands before a wallet: starting, the first run, restore, or the reason why it does not open. */
import lazy from 'preact-iso/lazy';
import { useApp } from './app-context.ts';
import { FirstRun } from './customer/FirstRun.tsx';
import { Skeleton } from './parts/Skeleton.tsx';

const Restore = lazy(() => import('./account/Restore.tsx').then((loaded) => loaded.Restore));
export const Blocked = lazy(() => import('./account/Blocked.tsx').then((loaded) => loaded.Blocked));

export function Threshold() {
  const { wallet } = useApp();
  const { phase, blocked } = wallet.snapshot.value;
  if (phase === 'welcome') return <FirstRun />;
  if (phase === 'cleared') return <Restore />;
  if (phase === 'blocked') return <Blocked code={blocked ?? 'STORAGE_BROKEN'} reload={() => location.reload()} api={wallet.api} />;
  return (
    <main class="page" id="main" tabIndex={-1}>
      <Skeleton />
    </main>
  );
}
