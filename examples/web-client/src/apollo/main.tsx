// The page on Apollo Client.
import { openPage } from '../shop/open-page.tsx';
import { useActions } from './actions.ts';
import { Catalogue } from './catalogue.tsx';
import { Provider } from './provider.tsx';
import { Purchases } from './purchases.tsx';

openPage({ name: 'Apollo Client', Provider, Catalogue, Purchases, useActions });
