// The catalogue and the purchases, of which a client hands over the rows that it has, and loads more.
import type { ReactNode } from 'react';
import { formatCode, formatMoney, formatTime, type ShownProduct, type ShownPurchase } from './shown.ts';

export interface MoreListProps {
  children: ReactNode;
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
}

export function MoreList({ children, hasMore, isLoading, onMore }: MoreListProps) {
  return (
    <>
      <ul className="rows">{children}</ul>
      {hasMore && (
        <button type="button" className="more" disabled={isLoading} onClick={onMore}>
          {isLoading ? 'Loading…' : 'More'}
        </button>
      )}
    </>
  );
}

interface ProductRowProps {
  product: ShownProduct;
  onChoose: (product: ShownProduct) => void;
}

export function ProductRow({ product, onChoose }: ProductRowProps) {
  const { id, name, stock, price } = product;
  return (
    <li data-id={id}>
      <div>
        <strong>{name}</strong>
        <span className="quiet">{stock === 0 ? 'sold out' : `${stock} in stock`}</span>
      </div>
      <span className="amount">{formatMoney(price)}</span>
      <button type="button" disabled={stock === 0} onClick={() => onChoose(product)}>
        Buy
      </button>
    </li>
  );
}

export function PurchaseRow({ purchase }: { purchase: ShownPurchase }) {
  const { id, status, cancelReason, createdAt, total, payment, lines } = purchase;
  return (
    <li data-id={id} className="purchase">
      <div>
        {lines.map((line) => (
          <strong key={line.id}>
            {line.quantity} × {line.name ?? line.product?.name ?? 'a product'}
          </strong>
        ))}
        <span className="quiet">{formatTime(createdAt)}</span>
      </div>
      <div className="end">
        {total && <span className="amount">{formatMoney(total)}</span>}
        <span className={`status ${status.toLowerCase()}`}>{formatCode(status)}</span>
        {cancelReason && <span className="quiet">reason: {formatCode(cancelReason)}</span>}
        {payment && <span className="quiet">payment: {formatCode(payment.status)}</span>}
      </div>
    </li>
  );
}

interface ViewerHeadProps {
  name: string;
  hasBought: boolean;
}

export function ViewerHead({ name, hasBought }: ViewerHeadProps) {
  return (
    <>
      <p>Signed in as {name}</p>
      {!hasBought && <p className="quiet">Nothing yet. Choose a product of the catalogue.</p>}
    </>
  );
}
