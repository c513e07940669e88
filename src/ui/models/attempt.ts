/** What a storage refuses, because it is full, forbidden or gone, costs only that. */
export function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
