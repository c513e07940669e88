/** Two short tones and a short vibration. Always optional: text says the same. */
export type Tone = 'settled' | 'accepted';

const TONES: Record<Tone, readonly [number, number]> = { settled: [660, 990], accepted: [660, 660] };
const TONE_SECONDS = 0.12;

export function playTone(tone: Tone): void {
  try {
    const audio = new AudioContext();
    TONES[tone].forEach((hertz, index) => {
      const start = audio.currentTime + index * (TONE_SECONDS + 0.03);
      const source = new OscillatorNode(audio, { frequency: hertz, type: 'sine' });
      const volume = new GainNode(audio, { gain: 0.15 });
      source.connect(volume).connect(audio.destination);
      source.start(start);
      source.stop(start + TONE_SECONDS);
      if (index === 1) source.onended = () => void audio.close();
    });
  } catch {
    // no sound on this device
  }
}

export function vibrate(): void {
  navigator.vibrate?.(30);
}
