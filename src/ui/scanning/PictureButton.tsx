/** Reads a code out of a picture. Works without a camera too. */
import { useRef, useState } from 'preact/hooks';
import type { Scanner } from '#scan/scanner.ts';
import { useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';

export function PictureButton({ scanner }: { readonly scanner: Scanner | null }) {
  const words = useWords().scan;
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  async function read(file: File | undefined): Promise<void> {
    if (file === undefined || scanner === null) return;
    setBusy(true);
    await scanner.fromPicture(file);
    setBusy(false);
    if (input.current) input.current.value = '';
  }
  return (
    <>
      <input ref={input} class="unseen" type="file" accept="image/*" tabIndex={-1} aria-label={words.picture} onChange={(event) => void read(event.currentTarget.files?.[0])} />
      <Button icon="picture" busy={busy} disabled={scanner === null} onClick={() => input.current?.click()}>
        {busy ? words.pictureReading : words.picture}
      </Button>
    </>
  );
}
