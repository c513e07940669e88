/** Four short steps; the one that is next stands out. */
import type { DeskWords } from '../lab-text.ts';

export const DEMO_PIN = '135790';

export function Steps({ step, words }: { readonly step: number; readonly words: DeskWords }) {
  const steps = [
    words.step1,
    words.step2,
    <>
      {words.step3} <kbd class="desk-pin">{DEMO_PIN}</kbd>
    </>,
    words.step4,
  ];
  return (
    <section class="card desk-steps">
      <h2>{words.steps}</h2>
      <ol>
        {steps.map((text, index) => (
          <li key={index} class={index + 1 < step ? 'step-done' : index + 1 === step ? 'step-now' : ''} aria-current={index + 1 === step ? 'step' : undefined}>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
