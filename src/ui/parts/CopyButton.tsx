/** Puts a text on the clipboard and says so. */
import { useState } from 'preact/hooks';
import { useWords } from '../app-context.ts';
import { Button } from './Button.tsx';

const SAID_FOR_MS = 3_000;

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const words = useWords().shell;
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), SAID_FOR_MS);
    } catch {
      setCopied(false);
    }
  }
  return (
    <>
      <Button onClick={() => void copy()}>{copied ? words.copied : label}</Button>
      <span class="unseen" role="status">
        {copied ? words.copied : ''}
      </span>
    </>
  );
}
