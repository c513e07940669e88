/** Of all refusals, those that are about the PIN that was typed: they stand over the keys that ask for it again. */
import type { Problem } from './ErrorWords.tsx';

export function isPinProblem(problem: Problem): boolean {
  return problem.error === 'PIN_WRONG' || problem.error === 'PIN_LOCKED';
}
