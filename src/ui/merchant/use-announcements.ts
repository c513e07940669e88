/** Every merchant screen announces arriving money; one at a time is on screen, so money is announced once. */
import { useEffect } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { announceResults } from './announce.ts';

export function useAnnouncements(): void {
  const app = useApp();
  useEffect(() => announceResults(app, 'speechSynthesis' in window ? window.speechSynthesis : null), [app]);
}
