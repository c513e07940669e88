/** Builds the app once for all tests, in demo mode, unless what stands in dist/ is just that. */
export default async function build(): Promise<void> {
  const steps: unknown = await import(new URL('../../../scripts/steps/build.mjs', import.meta.url).href);
  await (steps as { ensureBuilt(mode: string): Promise<void> }).ensureBuilt('demo');
}
