/** Runs one program and tells in words how it goes: its last lines when it fails, a sign of life while it takes long. */
import { spawn } from 'node:child_process';
import { EXIT } from './exit-codes.mjs';
import { ROOT, withTools } from './node.mjs';
import { forwardSignals } from './signals.mjs';

const SIGN_OF_LIFE_MS = 5_000;
/** What a program has to end in before it is ended. */
const GRACE_MS = 10_000;
const KEPT_CHARS = 200_000;

export function say(line) {
  console.log(line);
}

/** "850 ms", "12 s", "3 min 05 s". */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/**
 * Resolves with the exit code and what the program wrote. `show` passes its output through; `progress(elapsedMs)` is the line
 * to say every five seconds while it does not.
 */
export function run(command, args, { env = process.env, show = false, progress = null, timeoutMs = 0 } = {}) {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env: withTools(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-KEPT_CHARS);
        if (show) process.stdout.write(text);
      });
    }
    const alive = progress === null ? null : setInterval(() => say(progress(performance.now() - startedMs)), SIGN_OF_LIFE_MS);
    const limits = timeoutMs === 0 ? [] : [setTimeout(() => child.kill('SIGTERM'), timeoutMs), setTimeout(() => child.kill('SIGKILL'), timeoutMs + GRACE_MS)];
    const stop = forwardSignals(child);
    const end = (code) => {
      clearInterval(alive);
      for (const limit of limits) clearTimeout(limit);
      if (stop()) process.exit(EXIT.interrupted);
      resolve({ code, output, tookMs: performance.now() - startedMs });
    };
    child.once('error', (error) => {
      output += error.message;
      end(127);
    });
    child.once('close', (code, signal) => end(code ?? (signal === null ? 1 : 128)));
  });
}

export function lastLines(output, count) {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}
