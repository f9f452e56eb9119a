// The page: GraphiQL on the endpoint from which the page was loaded, with the tabs of its content.
import './workers.ts';
import 'graphiql/style.css';
import './style.css';
import { GraphiQL } from 'graphiql';
import { createElement, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import type { ConsoleContent } from '../platform/console/content.ts';
import { buildSandboxUrl } from '../platform/console/notice-page.ts';
import { createFetcher } from './fetcher.ts';
import { createRemembered, type Remembered } from './remembered.ts';
import { keepApart } from './storage.ts';

const endpoint = new URL('/graphql', window.location.href).href;

function Page({ content, remembered }: { content: ConsoleContent; remembered: Remembered }) {
  const send = createFetcher(endpoint, remembered);
  return createElement(
    GraphiQL,
    {
      fetcher: (parameters, { headers = {} } = {}) => send(parameters, headers) as Promise<object>,
      defaultTabs: content.tabs.map((query) => ({ query })),
      storage: keepApart(window.localStorage, content.name),
      schemaDescription: true,
      inputValueDeprecation: true,
    },
    createElement(GraphiQL.Logo, null, createElement('span', { className: 'name' }, content.name)),
    createElement(GraphiQL.Footer, null, createElement(Footer, { remembered })),
  );
}

function Footer({ remembered }: { remembered: Remembered }) {
  const token = useSyncExternalStore(remembered.subscribe, () => remembered.get('token'));
  const session =
    token === undefined
      ? createElement('span', null, 'Not signed in')
      : createElement(
          'span',
          null,
          'Signed in: the page sends the token ',
          createElement('code', null, `${token.slice(0, 6)}…`),
          createElement('button', { type: 'button', onClick: () => remembered.forget('token') }, 'Forget it'),
        );
  return createElement(
    'div',
    { className: 'status' },
    session,
    createElement(
      'a',
      { href: buildSandboxUrl(endpoint), target: '_blank', rel: 'noreferrer', title: 'Needs the internet' },
      'Apollo Sandbox ↗',
    ),
  );
}

const place = document.getElementById('console');
const content = document.getElementById('content');
if (place === null || content === null) throw new Error('index.html lacks its elements');
const read = JSON.parse(content.textContent ?? '') as ConsoleContent;
createRoot(place).render(
  createElement(Page, { content: read, remembered: createRemembered(read.remember ?? []) }),
);
