/** How full the till's limit is, as a hatched bar: the hatching reads without colour, and the words beside it say the figures. */
import './risk-bar.css';

export type RiskBarProps = { readonly amountMinor: number; readonly ofMinor: number; readonly id: string };

/** What is there at all is seen. */
const LEAST_PERCENT = 5;

export function RiskBar({ amountMinor, ofMinor, id }: RiskBarProps) {
  const percent = amountMinor === 0 ? 0 : ofMinor === 0 ? 100 : Math.min(100, Math.max(LEAST_PERCENT, (amountMinor * 100) / ofMinor));
  return (
    <svg class={`risk-bar${percent === 100 ? ' risk-bar-full' : ''}`} aria-hidden="true" focusable="false">
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="risk-bar-ground" width="6" height="6" />
        <rect class="risk-bar-line" width="3" height="6" />
      </pattern>
      <rect class="risk-bar-frame" width="100%" height="100%" rx="4" />
      <rect width={`${percent}%`} height="100%" fill={`url(#${id})`} />
    </svg>
  );
}
