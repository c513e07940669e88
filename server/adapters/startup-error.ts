/**
 * Why the server cannot start, as one clear line and a process exit code. The codes are the product's: README lists them,
 * scripts/steps/exit-codes.mjs holds the same numbers for the scripts that run before anything is installed, and a test compares.
 */
export const EXIT = {
  usage: 2,
  portTaken: 6,
  dataDir: 7,
  diskFull: 8,
  database: 9,
  refused: 10,
  interrupted: 130,
} as const;

export type StartupFailure = keyof typeof EXIT;

export class StartupError extends Error {
  readonly failure: StartupFailure;
  readonly exitCode: number;

  constructor(failure: StartupFailure, line: string) {
    super(line);
    this.name = 'StartupError';
    this.failure = failure;
    this.exitCode = EXIT[failure];
  }
}

/** Turns what the file system says into the user's line; anything unknown stays what it was. */
export function fromFileError(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StartupError('diskFull', `The disk is full: ${what}.`);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new StartupError('dataDir', `No permission to write: ${what}.`);
  if (code === 'ENOTDIR' || code === 'EEXIST') return new StartupError('dataDir', `Not a folder: ${what}.`);
  return error;
}
