/** The phones on a desk page, as frames. */
import { expect } from '@playwright/test';
import type { Frame, Page } from '@playwright/test';
import type { PhoneName } from '#faults/phones.ts';

export async function frameOf(page: Page, name: PhoneName): Promise<Frame> {
  const find = (): Frame | undefined => page.frames().find((candidate) => candidate.url().includes(`//${name}.`));
  await expect.poll(() => find() !== undefined, { timeout: 30_000 }).toBe(true);
  const frame = find();
  if (frame === undefined) throw new Error(`the desk has a ${name}`);
  return frame;
}
