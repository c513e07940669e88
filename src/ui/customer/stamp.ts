/** When a seal is stamped: once, as the verdict comes in under the user's eyes. Never for a slip that was opened later. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PaymentView } from '#wallet/api.ts';
import type { VoucherView } from '#wallet/api-payer.ts';
import { useApp, useShowing } from '../app-context.ts';
import { playTone, vibrate } from '../models/sound.ts';
import type { Tone } from '../models/sound.ts';

export function usePaymentStamp(payment: PaymentView): boolean {
  const { pay } = useApp();
  const [fresh] = useState(() => pay.takeFresh(payment.id));
  return useStamp(payment.state, payment.state === 'settled' ? 'settled' : null, fresh);
}

export function useVoucherStamp({ state }: VoucherView): boolean {
  return useStamp(state, state === 'settled' ? 'settled' : state === 'acked' ? 'accepted' : null, false);
}

/** `tone`: what this state sounds like, or null when it is no verdict. `fresh`: it was reached before this slip could be drawn. */
function useStamp(state: string, tone: Tone | null, fresh: boolean): boolean {
  const { settings } = useShowing();
  const before = useRef(state);
  const [stamped, setStamped] = useState<string | null>(null);
  const reached = tone !== null && (before.current !== state || (fresh && stamped === null));
  useEffect(() => {
    before.current = state;
    if (!reached) return;
    setStamped(state);
    vibrate();
    if (settings.value.peek().sound && tone !== null) playTone(tone);
  }, [state]);
  return reached || stamped === state;
}
