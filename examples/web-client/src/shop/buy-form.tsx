// Buys one product with a card of the sandbox. One key belongs to one try: a repeat after a lost answer never buys twice, and a new
// try, with another card or quantity, has a new one.
import { useEffect, useRef, useState } from 'react';
import type { Actions } from './client.ts';
import { Field, Form } from './form.tsx';
import { type Bought, formatCode, formatMoney, type ShownProduct } from './shown.ts';

interface BuyFormProps {
  product: ShownProduct;
  buy: Actions['buy'];
  onDone: () => void;
}

export function BuyForm({ product, buy, onDone }: BuyFormProps) {
  const idempotencyKey = useRef(crypto.randomUUID());
  const [purchase, setPurchase] = useState<Bought>();
  const close = useRef<HTMLButtonElement>(null);
  // On a narrow screen the form is below the catalogue.
  useEffect(() => {
    close.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const submit = async (values: Record<string, string>) => {
    const line = { productId: product.id, quantity: Number(values['lines.0.quantity']) };
    const { value, refusal } = await buy({
      lines: [line],
      paymentToken: values.paymentToken ?? '',
      idempotencyKey: idempotencyKey.current,
    });
    // No answer: the purchase may have been made, and the same key finds it.
    if (refusal?.code !== 'UNREACHABLE') idempotencyKey.current = crypto.randomUUID();
    setPurchase(value);
    return refusal;
  };
  return (
    <>
      <Form action="Pay" onSubmit={submit}>
        {(refusal) => (
          <>
            <p className="quiet">{formatMoney(product.price)} each</p>
            <Field
              label="Quantity"
              name="lines.0.quantity"
              type="number"
              defaultValue="1"
              refusal={refusal}
            />
            <Field
              label="Card"
              name="paymentToken"
              defaultValue="tok_approve"
              list="cards"
              hint="Of the sandbox: tok_approve, tok_decline, tok_timeout"
              refusal={refusal}
            />
          </>
        )}
      </Form>
      <datalist id="cards">
        {['tok_approve', 'tok_decline', 'tok_timeout', 'tok_error', 'tok_flaky'].map((token) => (
          <option key={token} value={token} />
        ))}
      </datalist>
      {purchase !== undefined && <p role="status">{describe(purchase)}</p>}
      <button ref={close} type="button" className="plain" onClick={onDone}>
        Close
      </button>
    </>
  );
}

/** A purchase that was cancelled is an answer, and no error. */
function describe({ status, cancelReason }: Bought): string {
  if (status === 'COMPLETED') return 'Bought, and paid.';
  if (cancelReason === 'PAYMENT_DECLINED')
    return 'The card was declined. Nothing was charged: try another one.';
  if (cancelReason) return `Not bought: ${formatCode(cancelReason)}. Nothing was charged.`;
  return 'The purchase is under way.';
}
