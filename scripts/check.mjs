/** `npm run check`: types, lint, walls and unit tests, in under a minute. What must be green before every commit. */
import { continueOnProductNode, requireNode } from './steps/node.mjs';

requireNode();
await continueOnProductNode();
const { endWith } = await import('./steps/exit-codes.mjs');
const { check } = await import('./steps/check.mjs');
await endWith(check);
