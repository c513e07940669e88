/** What is read again and again, made once. Only for what depends on the text alone, and never changes. */

/** `make`, which keeps its answers: at most so many, then it begins anew. */
export function remembering<T>(most: number, make: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (kept.size >= most) kept.clear();
    kept.set(text, made);
    return made;
  };
}
