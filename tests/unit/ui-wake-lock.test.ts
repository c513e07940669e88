/** The screen stays on while a code is shown, also after the phone was locked in between. */
import { afterEach, expect, test, vi } from 'vitest';
import { keepAwake } from '#ui/models/wake-lock.ts';

afterEach(() => void vi.unstubAllGlobals());

function screen(): { readonly page: Document; readonly release: ReturnType<typeof vi.fn>; readonly request: ReturnType<typeof vi.fn>; show(state: DocumentVisibilityState): void } {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' }) as unknown as Document & { visibilityState: DocumentVisibilityState };
  const release = vi.fn(() => Promise.resolve());
  const request = vi.fn(() => Promise.resolve({ release }));
  vi.stubGlobal('navigator', { wakeLock: { request } });
  const show = (state: DocumentVisibilityState): void => {
    Object.assign(page, { visibilityState: state });
    page.dispatchEvent(new Event('visibilitychange'));
  };
  return { page, release, request, show };
}

test('case 39: the lock is taken again when the page is seen again, and given back at the end', async () => {
  const { page, request, release, show } = screen();
  const end = keepAwake(page);
  expect(request).toHaveBeenCalledTimes(1);
  show('hidden');
  expect(request).toHaveBeenCalledTimes(1);
  show('visible');
  expect(request).toHaveBeenCalledTimes(2);
  await vi.waitFor(() => expect(request.mock.results.every((one) => one.type === 'return')).toBe(true));
  await Promise.resolve();
  end();
  expect(release).toHaveBeenCalled();
  show('hidden');
  show('visible');
  expect(request).toHaveBeenCalledTimes(2);
});

test('case 39: a lock that comes after the code has gone is given back, and a refusal changes nothing', async () => {
  const { page, release, request } = screen();
  keepAwake(page)();
  await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(1));
  request.mockRejectedValueOnce(new DOMException('low battery', 'NotAllowedError'));
  expect(keepAwake(page)).not.toThrow();
  vi.stubGlobal('navigator', {});
  expect(keepAwake(page)).not.toThrow();
});
