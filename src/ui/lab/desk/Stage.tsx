/** The phones that look at each other, side by side. Those that are out of view go on running: a frame that is moved starts anew. */
import type { PhoneName } from '#faults/phones.ts';
import type { DeskPhones } from '../desk-phones.ts';
import type { DeskText } from '../lab-text.ts';
import { Phone } from './Phone.tsx';

export type StageProps = { readonly phones: DeskPhones; readonly text: DeskText; /** Offer those that are not on the desk yet. */ readonly all?: boolean };

/** As they stand from left to right. */
const ORDER: readonly PhoneName[] = ['till', 'till2', 'shopper', 'twin'];

export function Stage({ phones, text, all = false }: StageProps) {
  const present = phones.present.value;
  const { till, shopper } = phones.facing.value;
  const offered = (names: readonly PhoneName[]) => names.filter((name) => all || present.includes(name));
  return (
    <main id="main" class="desk-stage">
      <div class="desk-picks">
        <Pick names={offered(['till', 'till2'])} chosen={till} onPick={(name) => phones.face(name, shopper)} text={text} />
        <Pick names={offered(['shopper', 'twin'])} chosen={shopper} onPick={(name) => phones.face(till, name)} text={text} />
      </div>
      <div class="desk-phones">
        {ORDER.filter((name) => present.includes(name)).map((name) => (
          <Phone key={name} phones={phones} name={name} text={text} />
        ))}
      </div>
    </main>
  );
}

type PickProps = { readonly names: readonly PhoneName[]; readonly chosen: PhoneName; readonly onPick: (name: PhoneName) => void; readonly text: DeskText };

function Pick({ names, chosen, onPick, text: { words } }: PickProps) {
  if (names.length < 2) return <span />;
  return (
    <div class="desk-pick" role="group" aria-label={words.lookAt}>
      {names.map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => onPick(name)}>
          {words.phones[name]}
        </button>
      ))}
    </div>
  );
}
