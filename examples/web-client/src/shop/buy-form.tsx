// Buys one product with a card of the sandbox. The order keeps its idempotency key until the graph says what became of it
// (order-keys.ts): a repeat after a lost answer never buys twice.
import { useEffect, useRef, useState } from 'react';
import type { Outcome, Refusal } from '../graph/refusal.ts';
import type { Actions } from './client.ts';
import { Field, Form } from './form.tsx';
import { isUnknown, type OrderKeys } from './order-keys.ts';
import { type Bought, formatCode, formatMoney, type ShownProduct } from './shown.ts';

interface BuyFormProps {
  product: ShownProduct;
  buy: Actions['buy'];
  keys: OrderKeys;
  onDone: () => void;
}

export function BuyForm({ product, buy, keys, onDone }: BuyFormProps) {
  const [outcome, setOutcome] = useState<Outcome<Bought>>();
  const close = useRef<HTMLButtonElement>(null);
  // On a narrow screen the form is below the catalogue.
  useEffect(() => {
    close.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const submit = async (values: Record<string, string>) => {
    setOutcome(undefined);
    const quantity = Number(values['lines.0.quantity']);
    if (!isGraphqlInt(quantity)) return quantityRefusal;
    const order = { lines: [{ productId: product.id, quantity }], paymentToken: values.paymentToken ?? '' };
    const answer = await buy({ ...order, idempotencyKey: keys.keyOf(order) });
    keys.settle(order, answer);
    setOutcome(answer);
    return answer.refusal;
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
      {outcome?.value !== undefined && <p role="status">{describe(outcome.value)}</p>}
      {outcome !== undefined && isUnknown(outcome) && (
        <p className="quiet">Pay again to learn what became of it: this order is never bought twice.</p>
      )}
      <button ref={close} type="button" className="plain" onClick={onDone}>
        Close
      </button>
    </>
  );
}

/** The graph refuses any other number as a wrong variable, which names no field of the form. */
function isGraphqlInt(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31;
}

const message = 'A quantity must be a whole number from 1 to 1000.';
const quantityRefusal: Refusal = {
  code: 'QUANTITY_INVALID',
  message,
  problems: [{ path: ['input', 'lines', 0, 'quantity'], code: 'QUANTITY_INVALID', message }],
};

/** A purchase that was cancelled is an answer, and no error. */
function describe({ status, cancelReason }: Bought): string {
  if (status === 'COMPLETED') return 'Bought, and paid.';
  if (cancelReason === 'PAYMENT_DECLINED')
    return 'The card was declined. Nothing was charged: try another one.';
  if (cancelReason) return `Not bought: ${formatCode(cancelReason)}. Nothing was charged.`;
  return 'The purchase is under way.';
}
