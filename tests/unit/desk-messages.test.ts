import { describe, expect, test } from 'vitest';
import { demoHosts, readFromDesk, readFromPhone, roleOf } from '#ui/lab/desk-messages.ts';

describe('who is who on the desk', () => {
  test('one origin each, of one site, with the port', () => {
    expect(demoHosts({ protocol: 'http:', hostname: 'till.chit.localhost', port: '8080' })).toEqual({
      desk: 'http://desk.chit.localhost:8080',
      shopper: 'http://shopper.chit.localhost:8080',
      till: 'http://till.chit.localhost:8080',
      till2: 'http://till2.chit.localhost:8080',
      twin: 'http://twin.chit.localhost:8080',
    });
    expect(demoHosts({ protocol: 'https:', hostname: 'pay.example.org', port: '' })).toBeNull();
    expect(['till.chit.localhost', 'localhost', 'desk.chit.localhost', 'tills.chit.localhost'].map(roleOf)).toEqual(['till', null, 'desk', null]);
  });
});

describe('messages between frames', () => {
  test('only the shapes that were agreed on', () => {
    const said = { chit: 'phone', bornMs: 1 };
    expect(readFromPhone({ ...said, kind: 'code', text: 'OP1I:X' })).not.toBeNull();
    expect(readFromPhone({ ...said, kind: 'away' })).not.toBeNull();
    expect(readFromDesk({ chit: 'desk', kind: 'see', text: null })).not.toBeNull();
    for (const bad of [null, 7, 'x', {}, said, { ...said, kind: 'code', text: 7 }, { ...said, kind: 'truth', truth: null }, { chit: 'phone', kind: 'away' }, { chit: 'desk', kind: 'reset' }]) {
      expect(readFromPhone(bad)).toBeNull();
    }
    for (const bad of [{ ...said, kind: 'faults', faults: {} }, { ...said, kind: 'fired', fault: 'x' }, { ...said, kind: 'line', line: { event: 'x' } }, { ...said, kind: 'done', id: 1, done: {} }]) {
      expect(readFromPhone(bad)).toBeNull();
    }
    for (const bad of [null, { chit: 'desk', kind: 'task', id: 1, task: { do: 'format' } }, { chit: 'desk', kind: 'task', id: '1', task: { do: 'evict' } }, { chit: 'desk', kind: 'task', id: 1, task: { do: 'become', copy: null } }, { chit: 'desk', kind: 'see', text: {} }, { chit: 'desk', kind: 'language', language: 'fr' }, { chit: 'phone', kind: 'reset' }]) {
      expect(readFromDesk(bad)).toBeNull();
    }
  });

  test('a change of what is armed names only what it changes, and nothing that is unknown', () => {
    const asked = readFromDesk({ chit: 'desk', kind: 'task', id: 1, task: { do: 'arm', change: { network: 'off', delayMs: 'x', color: 'red' } } });
    expect(asked).toEqual({ chit: 'desk', kind: 'task', id: 1, task: { do: 'arm', change: { network: 'off', delayMs: 0 } } });
  });
});
