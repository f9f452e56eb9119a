// The operations with which GraphiQL opens on the whole graph: look around, sign in, buy, look and refund. README.md shows the last
// four, and test/docs/first-purchase.test.ts compares them.
import type { ConsoleContent } from '../../platform/console/content.ts';

const browse = `# Ctrl-Enter runs an operation.
# Ctrl-Space completes it.
# The book on the left opens the schema.
# The other tabs are a first purchase:
# run them one after the other.
query Browse {
  products(first: 5) {
    edges {
      node {
        name
        price { amount currency }
        stock
      }
    }
  }
}
`;

const signIn = `mutation SignIn {
  createSession(input: {
    email: "grace@example.com"
    password: "tributary demo"
  }) {
    token
  }
}
`;

const buy = `mutation Buy {
  purchase(input: {
    lines: [{
      productId: "019b8d62-7a80-7000-8000-000000000003"
      quantity: 2
    }]
    paymentToken: "tok_approve"
    idempotencyKey: "my first purchase"
  }) {
    status
    total { amount currency }
  }
}
`;

const look = `query Look {
  me { # accounts
    name
    purchases(first: 1) { # purchases
      edges {
        node {
          payment { id status } # payments
          lines {
            quantity
            product { name stock } # products
          }
        }
      }
    }
  }
}
`;

const refund = `mutation Refund {
  refundPayment(input: {
    paymentId: "{{paymentId}}"
    reason: "Changed my mind"
    idempotencyKey: "my first refund"
  }) {
    status
    refunded { amount currency }
  }
}
`;

/** The cards of the sandbox payment provider, and what becomes of a purchase with each. The SDL describes them in full. */
export const testCards = [
  { token: 'tok_approve', effect: 'is approved' },
  { token: 'tok_decline', effect: 'is declined' },
  { token: 'tok_timeout', effect: 'is approved, after a first answer that comes too late' },
  { token: 'tok_error', effect: 'fails at each attempt' },
  { token: 'tok_flaky', effect: 'fails once, and is then approved' },
  { token: 'tok_lapse', effect: 'is approved, and its hold lapses before the capture' },
] as const;

export const firstPurchase: ConsoleContent = {
  name: 'Tributary',
  tabs: [browse, signIn, buy, look, refund],
  remember: [
    { name: 'token', path: 'createSession.token', from: 'SignIn' },
    { name: 'paymentId', path: 'me.purchases.edges.0.node.payment.id', from: 'Look' },
  ],
};
