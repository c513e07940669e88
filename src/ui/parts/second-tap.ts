const DOUBLE_TAP_MS = 400;

/** The second tap of a double tap lands on what the first one opened: it must not press what it never saw, nor submit its form. */
export function dropSecondTap(event: MouseEvent, openedAtMs: number): void {
  const touch = event instanceof PointerEvent && event.pointerType === 'touch';
  if (performance.now() - openedAtMs > DOUBLE_TAP_MS || !(event.detail > 1 || touch)) return;
  event.stopPropagation();
  event.preventDefault();
}
