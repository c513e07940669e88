/** A finger that can be seen: a dot over what is about to be pressed, above sheets too. Drawn only; presses nothing. */
export type Finger = { over(place: DOMRect): void; down(): void; lift(): void };

const SIZE_PX = 44;

export function createFinger(document: Document): Finger {
  const dot = document.createElement('div');
  dot.ariaHidden = 'true';
  // Above a modal sheet there is only the top layer.
  dot.popover = 'manual';
  Object.assign(dot.style, {
    position: 'fixed',
    inset: 'auto',
    margin: '0',
    padding: '0',
    width: `${SIZE_PX}px`,
    height: `${SIZE_PX}px`,
    border: '3px solid rgb(255 255 255 / 90%)',
    borderRadius: '50%',
    background: 'rgb(184 58 43 / 55%)',
    boxShadow: '0 2px 10px rgb(0 0 0 / 45%)',
    pointerEvents: 'none',
    transition: 'transform 90ms ease-out',
  });
  return {
    over({ left, top, width, height }) {
      if (!dot.isConnected) document.body.append(dot);
      if (!dot.matches(':popover-open')) dot.showPopover();
      Object.assign(dot.style, { left: `${left + width / 2 - SIZE_PX / 2}px`, top: `${top + height / 2 - SIZE_PX / 2}px`, transform: 'scale(1)' });
    },
    down() {
      dot.style.transform = 'scale(0.72)';
    },
    lift() {
      dot.remove();
    },
  };
}
