/** Two short tones and a short vibration. Always optional: text says the same. */
export type Tone = 'settled' | 'accepted';

const TONES: Record<Tone, readonly [number, number]> = { settled: [660, 990], accepted: [660, 660] };
const TONE_SECONDS = 0.12;
/** A page that nobody has tapped yet is silent until somebody does; news is not rung then. */
const STALE_MS = 1_000;

let audio: AudioContext | null = null;

/** To be called in a tap: browsers let a page sound only after one, and Safari only what was woken in one. */
export async function wakeSound(): Promise<AudioContext | null> {
  try {
    audio ??= new AudioContext();
    await audio.resume();
    return audio;
  } catch {
    // no sound on this device
    return null;
  }
}

export function playTone(tone: Tone): void {
  const askedAtMs = performance.now();
  void wakeSound().then((awake) => {
    if (awake !== null && performance.now() - askedAtMs < STALE_MS) ring(awake, tone);
  });
}

function ring(awake: AudioContext, tone: Tone): void {
  TONES[tone].forEach((hertz, index) => {
    const start = awake.currentTime + index * (TONE_SECONDS + 0.03);
    const source = new OscillatorNode(awake, { frequency: hertz, type: 'sine' });
    const volume = new GainNode(awake, { gain: 0.15 });
    source.connect(volume).connect(awake.destination);
    source.start(start);
    source.stop(start + TONE_SECONDS);
  });
}

export function vibrate(): void {
  navigator.vibrate?.(30);
}
