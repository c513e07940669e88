/** Tones and speech when money arrives, on until somebody switches it off. Switching on plays the tones, because browsers allow sound only after a tap. */
import { useApp, useWords } from '../app-context.ts';
import { playTone } from '../models/sound.ts';
import { sounds } from './announce.ts';

export function SoundSwitch() {
  const words = useWords().till;
  const { settings } = useApp();
  const sound = sounds(settings.value.value);
  return (
    <button
      class="icon-button sound-switch"
      type="button"
      aria-pressed={sound}
      aria-label={words.sound}
      title={sound ? words.soundOn : words.soundOff}
      onClick={() => {
        settings.change({ sound: !sound });
        if (!sound) playTone('settled');
      }}
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d="M4 9.5v5h3.500l5 4v-13l-5 4z" />
        <path d={sound ? 'M15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11' : 'm16 9.500 5 5m0-5-5 5'} />
      </svg>
    </button>
  );
}
