/** Keeps the screen on while a code is shown. A lock is lost when the page is hidden, so it is taken again on return. */
export function keepAwake(page: Document): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const take = async () => {
    if (page.visibilityState !== 'visible' || navigator.wakeLock === undefined) return;
    try {
      const taken = await navigator.wakeLock.request('screen');
      if (over) void taken.release();
      else lock = taken;
    } catch {
      // refused, for a low battery, say: the code shows all the same
    }
  };
  const onVisible = () => void take();
  void take();
  page.addEventListener('visibilitychange', onVisible);
  return () => {
    over = true;
    page.removeEventListener('visibilitychange', onVisible);
    void lock?.release();
  };
}
