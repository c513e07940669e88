/** Many at once, as phones come: a fixed number of workers take one job after the other. */

/** Seconds that all of them took. */
export async function secondsInFlight<T>(workers: number, jobs: readonly T[], work: (job: T) => Promise<void>): Promise<number> {
  const queue = jobs.values();
  const from = performance.now();
  await Promise.all(Array.from({ length: workers }, async () => {
    for (const job of queue) await work(job);
  }));
  return (performance.now() - from) / 1_000;
}
