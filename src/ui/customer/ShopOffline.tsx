/** A settled online payment shown to a till that has no network: the receipt's code, and eight digits to read out. */
import { useEffect, useState } from 'preact/hooks';
import type { PaymentView } from '#wallet/api.ts';
import type { PaymentProof } from '#wallet/api-payer.ts';
import { formatMoney } from '#i18n/formats.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { CodeView } from '../parts/CodeView.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import './shop-offline.css';

export function ShopOffline({ payment }: { readonly payment: PaymentView }) {
  const words = useWords().voucher.proof;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="offline" wide onClick={() => setOpen(true)}>
        {words.open}
      </Button>
      {open && (
        <Sheet title={words.title} onClose={() => setOpen(false)}>
          <ProofBody payment={payment} />
        </Sheet>
      )}
    </>
  );
}

function ProofBody({ payment }: { readonly payment: PaymentView }) {
  const { wallet } = useApp();
  const words = useWords().voucher.proof;
  const locale = useLocale();
  const [proof, setProof] = useState<PaymentProof | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    void wallet.api.paymentProof(payment.id).then((result) => (result.ok ? setProof(result.value) : setProblem(result)));
  }, [payment.id]);
  if (problem !== null) return <ErrorBanner problem={problem} />;
  if (proof === null) return <Skeleton />;
  return (
    <>
      <p class="center">
        <bdi>{payment.merchantName}</bdi> · <strong>{formatMoney(payment.amountMinor, payment.ccy, locale)}</strong>
      </p>
      <CodeView text={proof.receiptCode} label={words.label} maxCssPx={300} />
      <p class="center small">{words.scan}</p>
      {proof.confirmationCode === null ? (
        <p class="center small quiet">{words.noCode}</p>
      ) : (
        <div class="proof-code">
          <p class="small">{words.code}</p>
          <p class="proof-digits">{proof.confirmationCode}</p>
        </div>
      )}
    </>
  );
}
