/** A worker that is about to end: what it had asked of the network is waited for, and nothing more is asked. */
import { expect, it } from 'vitest';
import { goOut, shutWayOut } from '#base/way-out.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('lets what is under way have its answer or its failure, and asks nothing from then on', async () => {
  const told: string[] = [];
  let answer: (text: string) => void = () => undefined;
  let refuse: (cause: Error) => void = () => undefined;
  void goOut(async () => 'before').then((text) => told.push(text));
  void goOut(() => new Promise<string>((resolve) => (answer = resolve))).then((text) => told.push(text));
  void goOut(() => new Promise<string>((_, reject) => (refuse = reject))).catch((cause: Error) => told.push(cause.message));
  await turn();
  expect(told).toEqual(['before']);
  void shutWayOut().then(() => told.push('shut'));
  void goOut(async () => told.push('asked')).then(() => told.push('answered'));
  await turn();
  expect(told).toEqual(['before']);
  answer('late');
  await turn();
  expect(told).toEqual(['before', 'late']);
  refuse(new Error('failed'));
  await turn();
  expect(told).toEqual(['before', 'late', 'failed', 'shut']);
});
