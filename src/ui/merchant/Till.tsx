/**
 * The till: keypad, then code, then what it came to. Which one shows is the wallet's state, and the address where it is a matter
 * of choice (/till/scan, /till/digits), so a reload or a dead worker comes back to the same place. On a tablet in landscape
 * keypad, code and scanner stand side by side.
 */
import { useLocation } from 'preact-iso/router';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Snapshot } from '#wallet/api.ts';
import { useApp, useWords } from '../app-context.ts';
import { useKept } from '../models/kept.ts';
import { outcomeOf } from '../models/sale-outcome.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import { dropSecondTap } from '../parts/second-tap.ts';
import { TopBar } from '../parts/TopBar.tsx';
import { AmountPad } from './AmountPad.tsx';
import { ChargeCode } from './ChargeCode.tsx';
import { DigitsPanel } from './DigitsPanel.tsx';
import { lateSales } from './late-sales.ts';
import { NoteSlip } from './NoteSlip.tsx';
import { ResultSlip } from './ResultSlip.tsx';
import { TakePanel } from './TakePanel.tsx';
import { TillStrip } from './TillStrip.tsx';
import { Untaken } from './Untaken.tsx';
import { useNote } from './use-note.ts';
import { useTake } from './use-take.ts';
import type { TakeModel } from './use-take.ts';
import './till.css';

const HOME = '/till';
/** Where the customer's code or digits are asked for. */
const isAsking = (path: string): boolean => path.startsWith(`${HOME}/`);

export function Till() {
  const words = useWords();
  const { path } = useLocation();
  const snapshot = useApp().wallet.snapshot.value;
  const { identity } = snapshot;
  const asking = isAsking(path);
  const askedAt = useRef(0);
  useLayoutEffect(() => void (askedAt.current = performance.now()), [path]);
  return (
    <>
      <TopBar title={<bdi>{identity?.name ?? words.till.charge}</bdi>} help={asking ? 'merchant-offline' : ''} {...(asking && { back: HOME })} />
      <TillStrip />
      <main id="main" class="page till" tabIndex={-1} onClickCapture={(event) => asking && dropSecondTap(event, askedAt.current)}>
        {identity === null ? <Skeleton lines={5} /> : <TillDesk snapshot={snapshot} ccy={identity.ccy} shopName={identity.name} />}
      </main>
    </>
  );
}

type DeskProps = { readonly snapshot: Snapshot; readonly ccy: number; readonly shopName: string };

function TillDesk({ snapshot, ccy, shopName }: DeskProps) {
  const words = useWords();
  const { path, route } = useLocation();
  const { charge, paidUnseen, recent } = snapshot;
  const take = useTake('till');
  const [note, keepNote] = useNote('till');
  const result = paidUnseen[0];
  const atStart = useRef(new Set(paidUnseen.map((sale) => sale.id)));
  const late = useRef(lateSales());
  late.current.look(recent);
  useTurnedDown(snapshot, take);
  const home = () => route(HOME, true);
  useEffect(() => {
    // Nothing is left to scan for: the next charge starts with its code. An address elsewhere is the next screen's, whose file is still on its way.
    if (charge === null && isAsking(path)) home();
  }, [charge === null, path]);
  /** What fills the place of the code: a result, in the order in which it must be seen. */
  const shown = note !== null ? 'note' : take.untaken !== null ? 'untaken' : result !== undefined ? 'result' : charge !== null ? 'code' : 'idle';
  const way = charge === null || shown !== 'code' ? null : path === `${HOME}/scan` ? 'scan' : path === `${HOME}/digits` ? 'digits' : null;
  return (
    <>
      <div class={`till-pad${shown === 'idle' ? '' : ' till-pad-aside'}`}>
        <AmountPad ccy={ccy} disabled={shown !== 'idle'} />
      </div>
      <div class={`till-result${shown === 'idle' ? ' till-result-idle' : ''}${way === null ? '' : ' till-result-beside'}`}>
        {shown === 'note' && note !== null && <NoteSlip signed={note} done={words.till.doneNote} onDone={() => keepNote(null)} />}
        {shown === 'untaken' && take.untaken !== null && (
          <Untaken
            untaken={take.untaken}
            onAgain={() => {
              take.clear();
              route(`${HOME}/scan`, true);
            }}
            onBack={() => {
              take.clear();
              home();
            }}
          />
        )}
        {shown === 'result' && result !== undefined && (
          <ResultSlip
            key={result.id}
            sale={result}
            more={paidUnseen.length - 1}
            fresh={!atStart.current.has(result.id)}
            late={late.current.isLate(result.id)}
            checking={take.checking}
            onNote={(signed) => keepNote({ saleId: result.id, ccy: result.ccy, note: signed })}
          />
        )}
        {shown === 'code' && charge !== null && <ChargeCode key={charge.sale.id} charge={charge} shopName={shopName} />}
        {shown === 'idle' && <p class="till-empty quiet">{words.till.codeHere}</p>}
      </div>
      {way !== null && charge !== null && (
        <div class="till-way">
          {way === 'scan' && <TakePanel sale={charge.sale} shopName={shopName} checking={take.checking} onText={(text) => void take.take(text).then((taken) => taken && home())} />}
          {way === 'digits' && <DigitsPanel key={charge.sale.id} sale={charge.sale} onTaken={home} />}
        </div>
      )}
    </>
  );
}

/**
 * A charge that was being asked for and is open again: the server said no, and nobody at the counter may miss that, not even who
 * was on another page meanwhile.
 */
function useTurnedDown({ paidUnseen, charge }: Snapshot, take: TakeModel): void {
  const [asked, keepAsked] = useKept<readonly string[]>('chit.till.asked', readIds);
  const asking = paidUnseen.filter((sale) => outcomeOf(sale) === 'asking').map((sale) => sale.id);
  const saleId = charge?.sale.id;
  useEffect(() => {
    // A refusal that came as an answer knows why, and is not written over.
    if (saleId !== undefined && asked?.includes(saleId) && take.untaken === null && !take.checking) take.turnDown(saleId);
    keepAsked(asking);
  }, [saleId, asking.join(' ')]);
}

function readIds(kept: unknown): readonly string[] | null {
  return Array.isArray(kept) && kept.every((id) => typeof id === 'string') ? kept : null;
}
