/**
 * Where this browser keeps what we store, as far as a page can find out. A hint: it lowers what may be set aside on this device, or
 * offers no purse at all; paying and charging online never depend on it.
 */
import type { Keeping } from '#wallet/api-payer.ts';

/** Browsers inside other apps. Their storage goes when the app wants, and nobody can tell. */
const IN_APP = /MicroMessenger|QQ\/|Weibo|AlipayClient|DingTalk|Lark|FBAN|FBAV|Instagram|Line\//i;

/** Safari and Firefox refuse this folder in a private window; elsewhere it is there, or there is none at all. */
const REFUSED_IN_PRIVATE = ['SecurityError', 'UnknownError'];

/** What is asked of a browser; a page's own `navigator` has more. */
export type Asked = {
  readonly userAgent: string;
  readonly storage?: { persisted?(): Promise<boolean>; persist?(): Promise<boolean>; getDirectory?(): Promise<unknown> } | undefined;
};

/** What the browser says by itself: nobody is asked. */
export async function findKeeping(navigator: Asked): Promise<Keeping> {
  if (IN_APP.test(navigator.userAgent)) return 'in-app';
  if (await saysYes(() => navigator.storage?.persisted?.())) return 'kept';
  return (await isPrivate(navigator)) ? 'private' : 'best-effort';
}

/** Asks the browser to keep it. Some ask the user, most decide by themselves, and many refuse without a word. */
export async function askToKeep(navigator: Asked): Promise<Keeping> {
  const found = await findKeeping(navigator);
  if (found !== 'best-effort') return found;
  return (await saysYes(() => navigator.storage?.persist?.())) ? 'kept' : found;
}

async function saysYes(ask: () => Promise<boolean> | undefined): Promise<boolean> {
  try {
    return (await ask()) === true;
  } catch {
    return false;
  }
}

async function isPrivate(navigator: Asked): Promise<boolean> {
  try {
    await navigator.storage?.getDirectory?.();
    return false;
  } catch (error) {
    return error instanceof Error && REFUSED_IN_PRIVATE.includes(error.name);
  }
}
