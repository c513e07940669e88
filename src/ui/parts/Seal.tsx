/**
 * The seal says what became of a payment. Shape tells as much as colour, so it reads in grey and in sunlight; words stand
 * beside it always. `stamp` plays the stamping once: only for a state that has just been reached, never on a reload.
 */
import './seal.css';

export type SealState = 'settled' | 'accepted' | 'sending' | 'refused' | 'refunded' | 'lost' | 'open';

export type SealProps = {
  readonly state: SealState;
  readonly size?: 'small' | 'large';
  readonly stamp?: boolean;
};

export function Seal({ state, size = 'large', stamp = false }: SealProps) {
  return (
    <svg class={`seal seal-${state} seal-${size}${stamp ? ' seal-stamp' : ''}`} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <SealShape state={state} />
    </svg>
  );
}

function SealShape({ state }: { readonly state: SealState }) {
  switch (state) {
    case 'settled':
      return (
        <>
          <circle class="seal-fill" cx="32" cy="32" r="29" />
          <circle class="seal-carve seal-thin" cx="32" cy="32" r="24" />
          <path class="seal-carve" d="m20 33 8.5 8.5L45 24.5" />
        </>
      );
    case 'accepted':
      return (
        <>
          <circle class="seal-line" cx="32" cy="32" r="28" />
          <circle class="seal-line seal-thin" cx="32" cy="32" r="21.5" />
          <path class="seal-line" d="m23 33 6.5 6.5L42 26.5" />
        </>
      );
    case 'sending':
    case 'open':
      return (
        <>
          <circle class="seal-line seal-dashes" cx="32" cy="32" r="28" />
          <path class="seal-line seal-dots" d="M22 32h.01M32 32h.01M42 32h.01" />
        </>
      );
    case 'refused':
      return (
        <>
          <rect class="seal-line" x="5" y="5" width="54" height="54" rx="5" />
          <path class="seal-line seal-bar" d="M19 32h26" />
        </>
      );
    case 'lost':
      return (
        <>
          <rect class="seal-line" x="5" y="5" width="54" height="54" rx="5" />
          <path class="seal-line seal-bar" d="m21 21 22 22M43 21 21 43" />
        </>
      );
    case 'refunded':
      return (
        <>
          <rect class="seal-fill" x="4" y="4" width="56" height="56" rx="6" />
          <path class="seal-carve" d="m28 16-9 9 9 9M19 25h18a9.5 9.5 0 0 1 0 19H24" />
        </>
      );
  }
}
