// The frame of each page, and of each part of it. A part that waits for its data, or fails, leaves the others as they are.
import { Component, type ReactNode, Suspense } from 'react';
import { explain, RefusedError, readRefusal } from '../graph/refusal.ts';

const pages = [
  ['Apollo Client', 'apollo.html'],
  ['urql', 'urql.html'],
  ['Relay', 'relay.html'],
] as const;

export function Layout({ client, children }: { client: string; children: ReactNode }) {
  return (
    <>
      <header>
        <a className="name" href="index.html">
          Tributary shop
        </a>
        <nav aria-label="Clients">
          {pages.map(([name, address]) => (
            <a key={name} href={address} aria-current={name === client ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      <main>{children}</main>
    </>
  );
}

interface PartProps {
  title: string;
  /** Stands beside the title, whatever becomes of the part. */
  action?: ReactNode;
  children: ReactNode;
}

export function Part({ title, action, children }: PartProps) {
  return (
    <section aria-label={title}>
      <div className="head">
        <h2>{title}</h2>
        {action}
      </div>
      <Boundary>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </Boundary>
    </section>
  );
}

export function Loading() {
  return <p className="quiet">Loading…</p>;
}

/** React catches errors in classes only. Relay throws the errors of a query. */
class Boundary extends Component<{ children: ReactNode }, { cause?: unknown }> {
  override state: { cause?: unknown } = {};

  static getDerivedStateFromError(cause: unknown) {
    return { cause };
  }

  override render() {
    const { cause } = this.state;
    if (cause === undefined) return this.props.children;
    return <Failure message={explain(cause instanceof RefusedError ? cause.refusal : readRefusal())} />;
  }
}

export function Failure({ message }: { message: string }) {
  return <p role="alert">{message}</p>;
}
