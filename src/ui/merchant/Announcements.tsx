/** Arriving money is announced on every screen of a till; drawn once, above them, so that it is announced once and no step forgets what was. */
import { useEffect } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { canSpeak } from '../models/speech.ts';
import { announceResults } from './announce.ts';

export function Announcements() {
  const app = useApp();
  useEffect(() => announceResults(app, canSpeak() ? speechSynthesis : null), [app]);
  return null;
}
