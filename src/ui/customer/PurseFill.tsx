/** How full the purse is, as a picture. The same stands beside it in words, so readers are told nothing twice. */
import { fillOf } from '../models/purse.ts';
import './purse-fill.css';

type FillProps = { readonly partMinor: number; readonly wholeMinor: number };

const RADIUS = 20;
const ROUND = 2 * Math.PI * RADIUS;

export function PurseRing({ partMinor, wholeMinor }: FillProps) {
  const filled = ROUND * fillOf(partMinor, wholeMinor);
  return (
    <svg class="purse-ring" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <circle class="purse-ground" cx="24" cy="24" r={RADIUS} />
      {filled > 0 && <circle class="purse-part" cx="24" cy="24" r={RADIUS} stroke-dasharray={`${filled} ${ROUND}`} transform="rotate(-90 24 24)" />}
    </svg>
  );
}

export function PurseBar({ partMinor, wholeMinor }: FillProps) {
  return (
    <svg class="purse-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="purse-bar-ground" width="100" height="4" />
      <rect class="purse-bar-part" width={100 * fillOf(partMinor, wholeMinor)} height="4" />
    </svg>
  );
}
