// The page that opens Apollo Sandbox on a GraphQL endpoint, as Apollo Server itself renders it.
import type { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';

export async function renderLandingPage(): Promise<string> {
  const plugin = ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false });
  // Of the server, the plugin reads only the nonces for its Content Security Policy. It creates its own when there are none.
  const started = await plugin.serverWillStart?.(
    {} as Parameters<NonNullable<typeof plugin.serverWillStart>>[0],
  );
  const page = await (
    started as { renderLandingPage?: () => Promise<LandingPage> } | undefined
  )?.renderLandingPage?.();
  if (page === undefined) throw new Error('this version of @apollo/server renders no landing page');
  return typeof page.html === 'string' ? page.html : page.html();
}

type LandingPage = Awaited<
  ReturnType<
    NonNullable<Awaited<ReturnType<NonNullable<Plugin['serverWillStart']>>> & object>['renderLandingPage'] &
      object
  >
>;
type Plugin = Parameters<ApolloServer['addPlugin']>[0];
