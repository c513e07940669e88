/** `npm start`: from a fresh copy to a running Chit. Needs nothing but Node 20.19 and npm; says what it does. */
import { requireNode } from './steps/node.mjs';

requireNode();
const { endWith } = await import('./steps/exit-codes.mjs');
const { start } = await import('./steps/start.mjs');
await endWith(() => start(process.argv.slice(2), process.env));
