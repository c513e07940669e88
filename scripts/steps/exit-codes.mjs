/** What a script's exit code means. README has the same table for people; server/adapters/startup-error.ts uses 2, 6 to 10 and 130. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  nodeTooOld: 3,
  install: 4,
  build: 5,
  portTaken: 6,
  dataDir: 7,
  diskFull: 8,
  database: 9,
  refused: 10,
  noBrowser: 11,
  interrupted: 130,
};

/** A failure that one line explains: it is printed as it is, without a stack. */
export class Stop extends Error {
  constructor(exitCode, line) {
    super(line);
    this.exitCode = exitCode;
  }
}

/** Runs a script's work; the process ends with its code. */
export async function endWith(work) {
  try {
    process.exitCode = (await work()) ?? EXIT.ok;
  } catch (error) {
    console.error(error instanceof Stop ? error.message : error);
    process.exitCode = error.exitCode ?? EXIT.failed;
  }
}
