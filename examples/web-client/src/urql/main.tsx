// The page on urql.
import { openPage } from '../shop/open-page.tsx';
import { useActions } from './actions.ts';
import { Catalogue } from './catalogue.tsx';
import { Provider } from './provider.tsx';
import { Purchases } from './purchases.tsx';

openPage({ name: 'urql', Provider, Catalogue, Purchases, useActions });
