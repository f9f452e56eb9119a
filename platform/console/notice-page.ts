// The page that a browser gets while GraphiQL is built, or where it cannot be: plain HTML, which needs no script.
import { sandboxOrigin } from './content.ts';

export interface Notice {
  title: string;
  text: string;
  /** The browser asks again after so many seconds. */
  refreshSeconds?: number;
}

export function renderNotice({ title, text, refreshSeconds }: Notice, endpoint: string): string {
  const refresh =
    refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    ${refresh}
    <title>${escapeHtml(title)}</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 15vh auto 0; padding: 0 1.5rem }
      pre { overflow-x: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 8px }
      h1 { font-size: 1.4rem }
    </style>
  </head>
  <body>
    <h1>${escapeHtml(title)}</h1>
    <p>${escapeHtml(text)}</p>
    <p>The graph answers meanwhile:</p>
    <pre>curl -s ${escapeHtml(endpoint)} -H 'content-type: application/json' -d '{"query":"{ __typename }"}'</pre>
    <p><a href="${escapeHtml(buildSandboxUrl(endpoint))}" rel="noreferrer">Open it in Apollo Sandbox</a>, which needs the internet.</p>
  </body>
</html>
`;
}

/** The address at which Apollo Sandbox explores an endpoint. */
export function buildSandboxUrl(endpoint: string): string {
  return `${sandboxOrigin}/sandbox/explorer?endpoint=${encodeURIComponent(endpoint)}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
