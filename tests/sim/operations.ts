/** The twelve operations: who can carry them out now, how often people do, and which script it is. */
import type { Operation } from './cells.ts';
import { leave, migrate, restore, roleChange, rotateKey, sync } from './operations-device.ts';
import { payOffline, payOnline, topup } from './operations-payer.ts';
import { accept, cancel, refund } from './operations-till.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';

/** Carries one out; says in a few words how it went. */
type Script = (run: Scene, phone: Phone) => Promise<string>;

export const WEIGHTS: Readonly<Record<Operation, number>> = {
  topup: 6,
  'pay online': 12,
  'pay offline': 14,
  accept: 14,
  sync: 6,
  refund: 5,
  cancel: 5,
  'rotate key': 3,
  'revoke device': 3,
  restore: 3,
  migrate: 4,
  'role change': 3,
};

export function subjectsOf({ world }: Scene, operation: Operation): Phone[] {
  const ready = world.phones.filter((phone) => phone.isReady);
  switch (operation) {
    case 'topup':
    case 'pay online':
    case 'pay offline':
      return ready.filter((phone) => phone.role === 'payer');
    case 'accept':
    case 'refund':
    case 'cancel':
    case 'role change':
      return ready.filter((phone) => phone.role === 'till');
    case 'sync':
    case 'rotate key':
    case 'revoke device':
    case 'restore':
    case 'migrate':
      return ready;
  }
}

export const SCRIPTS: Readonly<Record<Operation, Script>> = {
  topup,
  'pay online': payOnline,
  'pay offline': payOffline,
  accept,
  sync,
  refund,
  cancel,
  'rotate key': rotateKey,
  'revoke device': leave,
  restore,
  migrate,
  'role change': roleChange,
};
