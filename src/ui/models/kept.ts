/** Something small that must still be there after a reload of this tab: in sessionStorage, which a browser may forbid. */
import { useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';

/** `read` makes a value of what was kept, or null of what another version kept. Each account has its own: a tab outlives a sign-out. */
export function useKept<T>(name: string, read: (kept: unknown) => T | null): readonly [T | null, (value: T | null) => void] {
  const key = `${name}.${useApp().wallet.snapshot.value.identity?.accountId ?? ''}`;
  const [value, setValue] = useState<T | null>(() => read(kept(key)));
  const keep = (next: T | null): void => {
    setValue(next);
    try {
      if (next === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(next));
    } catch {
      // then it lasts as long as the page
    }
  };
  return [value, keep];
}

function kept(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
