/**
 * Holds the place of something that comes at once. It shows nothing for a moment, then grey lines, and after 300 ms words:
 * a wait without words is not shown longer than that.
 */
import { useEffect, useState } from 'preact/hooks';
import { useWords } from '../app-context.ts';
import './skeleton.css';

const WORDS_AFTER_MS = 300;

export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  const words = useWords().shell;
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), WORDS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (slow) {
    return (
      <p class="quiet center" role="status">
        {words.working}
      </p>
    );
  }
  return (
    <div class="stack" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton" />
      ))}
    </div>
  );
}
