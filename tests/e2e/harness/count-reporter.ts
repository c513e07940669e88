/** One line a test, and a closing count that also says what was not run: a run that looked at nothing is a failure. */
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class CountReporter implements Reporter {
  private readonly counts = new Map<string, number>();

  onTestEnd(test: TestCase, result: TestResult): void {
    const outcome = result.status === test.expectedStatus ? result.status : 'failed';
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
    const place = test.titlePath().filter((part) => part !== '').join(' › ');
    process.stdout.write(`${outcome === 'failed' ? 'FAILED' : outcome.padEnd(6)} ${(result.duration / 1000).toFixed(1).padStart(5)} s  ${place}\n`);
    if (outcome === 'failed') for (const error of result.errors) process.stdout.write(`${withoutBrowserNoise(error.stack ?? error.message ?? String(error.value))}\n`);
  }

  onStdOut(chunk: string | Buffer): void {
    process.stdout.write(chunk);
  }

  onError(error: { readonly stack?: string; readonly message?: string }): void {
    this.counts.set('failed', (this.counts.get('failed') ?? 0) + 1);
    process.stdout.write(`${error.stack ?? error.message ?? 'error outside a test'}\n`);
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] }> {
    const passed = this.counts.get('passed') ?? 0;
    const said = [...this.counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    process.stdout.write(`\nEnd to end in Chromium: ${said || 'no test ran'} in ${(result.duration / 1000).toFixed(0)} s\n`);
    return { status: result.status === 'passed' && passed === 0 ? 'failed' : result.status };
  }

  printsToStdio(): boolean {
    return true;
  }
}

/** What a desktop browser says about a desktop that is not there. */
function withoutBrowserNoise(text: string): string {
  return text.split('\n').filter((line) => !/^(?:\[pid=\d+\]|<launch)/.test(line)).join('\n');
}
