/**
 * Puts a step into the history for what lies over a page, so that the back button closes that and nothing else. `close` says
 * whether it did: over what stays the step is put again, else the next back would leave the page under it.
 */
export function closeOnBack(close: () => boolean): () => void {
  // Of this opening alone: a reload keeps the steps of those before.
  const id = performance.timeOrigin + performance.now();
  const step = () => history.pushState({ sheet: id }, '');
  step();
  const onPop = () => {
    if (history.state?.sheet !== id && !close()) step();
  };
  addEventListener('popstate', onPop);
  return () => {
    removeEventListener('popstate', onPop);
    // A navigation has replaced the step already when the page itself moved on.
    if (history.state?.sheet === id) history.back();
  };
}
