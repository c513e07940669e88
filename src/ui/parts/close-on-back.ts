/** Puts a step into the history for what lies over a page, so that the back button closes that and nothing else. */
export function closeOnBack(id: string, close: () => void): () => void {
  history.pushState({ sheet: id }, '');
  const onPop = () => {
    if (history.state?.sheet !== id) close();
  };
  addEventListener('popstate', onPop);
  return () => {
    removeEventListener('popstate', onPop);
    // A navigation has replaced the step already when the page itself moved on.
    if (history.state?.sheet === id) history.back();
  };
}
