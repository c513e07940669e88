/** The number on the app's icon: what still waits to be sent. Where the browser draws none, or refuses, nothing happens. */
type WithBadge = { setAppBadge?(count: number): Promise<void>; clearAppBadge?(): Promise<void> };

export async function showBadge(navigator: WithBadge, waiting: number): Promise<void> {
  try {
    await (waiting > 0 ? navigator.setAppBadge?.(waiting) : navigator.clearAppBadge?.());
  } catch {
    // Not installed, or not allowed.
  }
}
