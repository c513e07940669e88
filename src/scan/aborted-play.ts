/**
 * html5-qrcode starts its video with a play() whose promise it drops. When the screen goes before the first picture, the browser
 * rejects that promise, and nobody is there to hear it: an uncaught error about nothing. While a camera is in use, this hears it.
 */
export function hushAbortedPlay(page: Window): () => void {
  const hear = (event: PromiseRejectionEvent): void => {
    const { reason } = event as { readonly reason: unknown };
    if (reason instanceof DOMException && reason.name === 'AbortError' && reason.message.includes('play()')) event.preventDefault();
  };
  page.addEventListener('unhandledrejection', hear);
  // The rejection is told in a task after the one that closed the camera.
  return () => page.setTimeout(() => page.removeEventListener('unhandledrejection', hear), LAST_WORDS_MS);
}

const LAST_WORDS_MS = 1_000;
