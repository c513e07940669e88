/** A text as a file of this device: saved, or given to another app where the browser can. */
import type { ExportView } from '#wallet/api-till.ts';

type Exported = Pick<ExportView, 'file' | 'fileName'>;

export function saveFile({ file, fileName }: Exported): void {
  const address = URL.createObjectURL(fileOf({ file, fileName }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(address));
}

/** Null where this browser shares no files. */
export function shareFile(exported: Exported): { readonly share: (() => Promise<void>) | null } {
  const files = [fileOf(exported)];
  const can = typeof navigator.canShare === 'function' && navigator.canShare({ files });
  // Cancelling is not an error, and nothing is lost by it.
  return { share: can ? () => navigator.share({ files }).catch(() => undefined) : null };
}

function fileOf({ file, fileName }: Exported): File {
  return new File([file], fileName, { type: 'text/plain' });
}
