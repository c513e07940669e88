/** The plays: a field for each connectivity, one for the double spend; and while one goes on, its steps and how it ended. */
import { useComputed, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '#ui/parts/Button.tsx';
import type { Locale } from '#i18n/translate.ts';
import { PACES, type PaceName } from './act.ts';
import type { Player, Playing } from './player.ts';
import type { PlayName, PlayWords } from './script.ts';
import './plays.css';

export type PlayProps = { readonly player: Player; readonly pace: Signal<PaceName>; readonly words: PlayWords; readonly locale: Locale; readonly money: (amountMinor: number, ccy: number) => string };

const GRID: readonly (readonly PlayName[])[] = [
  ['both-online', 'payer-offline'],
  ['till-offline', 'both-offline'],
];

export function PlayPanel(props: PlayProps) {
  const playing = props.player.playing.value;
  return playing === null ? <Choice {...props} /> : <Going {...props} playing={playing} />;
}

function Choice({ player, pace, words, locale }: PlayProps) {
  const field = (name: PlayName) => (
    <button type="button" class="play-field" aria-label={words.watch(words.names[name])} onClick={() => player.start(name, locale, words)}>
      {words.names[name]}
    </button>
  );
  return (
    <section class="card plays" aria-label={words.title}>
      <div class="row spread">
        <h2>{words.title}</h2>
        <Pace pace={pace} words={words} />
      </div>
      <p class="small quiet">{words.lead}</p>
      <table class="play-grid">
        <thead>
          <tr>
            <td />
            <th scope="col">{words.payerOnline}</th>
            <th scope="col">{words.payerOffline}</th>
          </tr>
        </thead>
        <tbody>
          {GRID.map((row, index) => (
            <tr key={index}>
              <th scope="row">{index === 0 ? words.tillOnline : words.tillOffline}</th>
              {row.map((name) => (
                <td key={name}>{field(name)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div class="play-twice">
        {field('double-spend')}
        <p class="small quiet">{words.doubleSpendHint}</p>
      </div>
    </section>
  );
}

function Pace({ pace, words }: { readonly pace: Signal<PaceName>; readonly words: PlayWords }) {
  return (
    <div class="desk-pick" role="group" aria-label={words.pace}>
      {(Object.keys(PACES) as PaceName[]).map((name) => (
        <button key={name} type="button" aria-pressed={name === pace.value} onClick={() => (pace.value = name)}>
          {words.paces[name]}
        </button>
      ))}
    </div>
  );
}

function Going({ player, words, locale, money, playing }: PlayProps & { readonly playing: Playing }) {
  const { name, state, outcome } = playing;
  const over = state !== 'preparing' && state !== 'going';
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (over) end.current?.scrollIntoView({ block: 'nearest' });
  }, [over]);
  const steps = useComputed(() => stepsIn(player.playing.value, words, money)).value;
  return (
    <section class="card plays" aria-label={words.title} aria-busy={!over}>
      <div class="row spread">
        <h2>{words.names[name]}</h2>
        {over ? (
          <div class="row">
            <Button onClick={() => player.start(name, locale, words)}>{words.again}</Button>
            <Button onClick={() => player.close()}>{words.close}</Button>
          </div>
        ) : (
          <Button onClick={() => player.stop()}>{words.stop}</Button>
        )}
      </div>
      {state === 'preparing' && <p role="status">{words.preparing}</p>}
      <ol class="play-steps">
        {steps.map((text, index) => (
          <li key={index} class={index < playing.at ? 'step-done' : index === playing.at ? 'step-now' : ''} aria-current={index === playing.at && !over ? 'step' : undefined}>
            <span>{text}</span>
          </li>
        ))}
      </ol>
      <div ref={end} class={`play-end${outcome?.good === true ? ' play-good' : ''}`} role="status">
        {state === 'stopped' && <p>{words.stopped}</p>}
        {state === 'failed' && <p class="play-bad">{words.failed(steps[playing.at] ?? words.preparing)}</p>}
        {outcome !== null && (
          <>
            <h3>{outcome.good ? words.outcome[name] : words.unexpected}</h3>
            {outcome.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </>
        )}
      </div>
    </section>
  );
}

function stepsIn(playing: Playing | null, words: PlayWords, money: PlayProps['money']): string[] {
  const facts = playing?.facts ?? null;
  if (playing === null || facts === null) return [];
  const sums = { money: money(facts.amountMinor, facts.ccy), load: money(facts.loadMinor ?? 0, facts.ccy) };
  return playing.steps.map(({ name }) => {
    const text = words.steps[name];
    return typeof text === 'string' ? text : text(sums);
  });
}
