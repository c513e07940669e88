/**
 * The lanes of `npm run check` and `npm test`. A lane runs one tool and counts what it proved; a tool that ended badly without
 * naming a failed test counts as one failure, and a lane that ran nothing is one too.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { productNode, ROOT } from './node.mjs';
import { duration, lastLines, run, say } from './run.mjs';

const REPORTS = join(ROOT, '.cache', 'test');
const MINUTE_MS = 60_000;
const SHOWN_LINES = 120;
/** Of each failure, once more at the end: a log is often cut from the front. */
const REPEATED_LINES = 12;
/** Every server, command and runner reads the same sources: compiled once, they load in half the time. Node compares what it kept with what it reads. */
const environment = () => ({ ...process.env, NODE_COMPILE_CACHE: join(ROOT, '.cache', 'node') });

const tool = (...path) => join(ROOT, 'node_modules', ...path);

export const types = { name: 'types', run: () => one(tool('.bin', 'tsc'), ['-b', '--pretty', 'false']) };
export const lint = { name: 'lint', run: () => one(tool('.bin', 'oxlint'), ['--type-aware', '--deny-warnings', '-f', 'unix']) };
export const walls = { name: 'walls', run: () => one(productNode(), [join(ROOT, 'scripts', 'walls.mjs')]) };
export const unit = { name: 'unit', run: () => vitest('unit*', 12) };
export const property = { name: 'property', run: () => vitest('property', 8) };
export const tidy = { name: 'tidy', run: () => vitest('tidy', 8) };
export const sim = { name: 'simulator', run: () => nodeTests('tests/sim', 15) };
export const race = { name: 'race, on a real PostgreSQL', run: () => vitest('race', 15) };
export const chromium = { name: 'end to end in Chromium', shown: true, run: () => playwright(30) };
/** All of it: in both languages, and killed twenty times at each point. */
export const soakChromium = { name: 'end to end in Chromium, at length', shown: true, run: () => playwright(180, { CHIT_SOAK: '1', CHIT_KILLS: process.env.CHIT_KILLS ?? '20' }) };
export const firefox = { name: 'end to end in Firefox', run: () => nodeTests('tests/e2e/firefox', 6) };

/** Runs a lane and says how it went. What it wrote is shown while it runs (`shown`) or only when it failed. */
export async function runLane(lane) {
  if (lane.shown) say(`\n— ${lane.name} …`);
  const result = await lane.run();
  if (result.failed > 0 && !lane.shown) say(`\n${lastLines(result.output, SHOWN_LINES)}`);
  say(`— ${lane.name}: ${counted(result)} in ${duration(result.tookMs)}`);
  return { name: lane.name, ...result };
}

export function counted({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A tool that either finds nothing wrong or lists what is. */
async function one(program, args) {
  const { code, output, tookMs } = await run(program, args, { env: environment(), timeoutMs: 3 * MINUTE_MS });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output, tookMs };
}

/** `project` may end with a star. */
async function vitest(project, minutes) {
  const report = freshReport(`${project.replace('*', '')}.json`);
  const args = [tool('vitest', 'vitest.mjs'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const done = await run(productNode(), args, { env: environment(), timeoutMs: minutes * MINUTE_MS });
  const read = readReport(report);
  if (read === null) return honest({ passed: 0, failed: 0 }, done);
  const failures = read.testResults.flatMap(failuresOf);
  const counts = { passed: read.numPassedTests, failed: failures.length, skipped: read.numPendingTests + read.numTodoTests };
  return { ...honest(counts, done), failures };
}

/** A file may fail without a test of its own: it cannot be loaded, or its set-up throws. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(ROOT, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [firstLines(`${file}: ${message}`)];
  return failed.map(({ fullName, failureMessages }) => firstLines(`${file} › ${fullName}\n${failureMessages.join('\n')}`));
}

function firstLines(text) {
  return text.split('\n').slice(0, REPEATED_LINES).join('\n');
}

async function playwright(minutes, env = {}) {
  const report = join(ROOT, '.cache', 'e2e', 'report.json');
  rmSync(report, { force: true });
  const args = [tool('@playwright', 'test', 'cli.js'), 'test', '-c', join(ROOT, 'tests', 'e2e', 'playwright.config.ts')];
  const done = await run(productNode(), args, { show: true, env: { ...environment(), ...env }, timeoutMs: minutes * MINUTE_MS });
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = readReport(report)?.stats ?? {};
  return { ...honest({ passed: expected, failed: unexpected + flaky, skipped }, done), failures: linesWith(done.output, /^FAILED /) };
}

/** Node's own runner, whose summary lines are "ℹ pass 5" and "ℹ fail 0". */
async function nodeTests(folder, minutes) {
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.test.ts'));
  const args = ['--test', '--test-reporter=spec', ...files.map((name) => join(ROOT, folder, name))];
  const done = await run(productNode(), args, { env: environment(), timeoutMs: minutes * MINUTE_MS });
  const count = (word) => Number(new RegExp(`^\\W*${word} (\\d+)$`, 'm').exec(done.output)?.[1] ?? 0);
  const counts = { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped: count('skipped') + count('todo') };
  return { ...honest(counts, done), failures: linesWith(done.output, /^\s*✖ /) };
}

function linesWith(output, pattern) {
  return output.split('\n').filter((line) => pattern.test(line));
}

function honest(counts, { code, output, tookMs }) {
  const silent = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  return { ...counts, failed: counts.failed + (silent ? 1 : 0), output, tookMs };
}

function freshReport(name) {
  mkdirSync(REPORTS, { recursive: true });
  rmSync(join(REPORTS, name), { force: true });
  return join(REPORTS, name);
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
