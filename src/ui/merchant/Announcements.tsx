/** Arriving money is announced on every screen of a till; drawn once, above them, so that it is announced once and no step forgets what was. */
import { useEffect } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { canSpeak } from '../models/speech.ts';
import { wakeSound } from '../models/sound.ts';
import { announceResults, sounds } from './announce.ts';

export function Announcements() {
  const app = useApp();
  useEffect(() => announceResults(app, canSpeak() ? speechSynthesis : null), [app]);
  useEffect(() => {
    const wake = () => void (sounds(app.settings.value.peek()) && wakeSound());
    document.addEventListener('click', wake, { once: true });
    return () => document.removeEventListener('click', wake);
  }, [app]);
  return null;
}
