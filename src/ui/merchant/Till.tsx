/**
 * The till: keypad, then code, then "Paid". Which one shows is the wallet's state alone, so a reload or a dead worker comes
 * back to the same place. On a tablet in landscape the keypad stays beside the code.
 */
import { useRef } from 'preact/hooks';
import type { Snapshot } from '#wallet/api.ts';
import { useApp, useWords } from '../app-context.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { AmountPad } from './AmountPad.tsx';
import { ChargeCode } from './ChargeCode.tsx';
import { lateSales } from './late-sales.ts';
import { PaidSlip } from './PaidSlip.tsx';
import { TillStrip } from './TillStrip.tsx';
import { useAnnouncements } from './use-announcements.ts';
import './till.css';

export function Till() {
  const words = useWords().till;
  const snapshot = useApp().wallet.snapshot.value;
  useAnnouncements();
  const { identity } = snapshot;
  return (
    <>
      <TopBar title={<bdi>{identity?.name ?? words.charge}</bdi>} help="" />
      <TillStrip />
      <main id="main" class="page till" tabIndex={-1}>
        {identity === null ? <Skeleton lines={5} /> : <TillDesk snapshot={snapshot} ccy={identity.ccy} shopName={identity.name} />}
      </main>
    </>
  );
}

type DeskProps = { readonly snapshot: Snapshot; readonly ccy: number; readonly shopName: string };

function TillDesk({ snapshot, ccy, shopName }: DeskProps) {
  const words = useWords().till;
  const { charge, paidUnseen, recent } = snapshot;
  const paid = paidUnseen[0];
  const atStart = useRef(new Set(paidUnseen.map((sale) => sale.id)));
  const late = useRef(lateSales());
  late.current.look(recent);
  const idle = paid === undefined && charge === null;
  return (
    <>
      <div class={`till-pad${idle ? '' : ' till-pad-aside'}`}>
        <AmountPad ccy={ccy} disabled={!idle} />
      </div>
      <div class={`till-result${idle ? ' till-result-idle' : ''}`}>
        {paid !== undefined && (
          <PaidSlip key={paid.id} sale={paid} more={paidUnseen.length - 1} fresh={!atStart.current.has(paid.id)} late={late.current.isLate(paid.id)} />
        )}
        {paid === undefined && charge !== null && <ChargeCode key={charge.sale.id} charge={charge} shopName={shopName} />}
        {idle && <p class="till-empty quiet">{words.codeHere}</p>}
      </div>
    </>
  );
}
