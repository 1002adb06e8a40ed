import { escaped, page } from './html';

/** Where a browser that comes to the root finds what the server offers. */
const LINKS = [
  ['/docs', 'The API', 'every operation, with a form that sends it'],
  ['/docs/events', 'Events', 'every type of event on Kafka, with an example'],
  ['/openapi.json', 'openapi.json', 'the API as OpenAPI 3'],
  ['/asyncapi.json', 'asyncapi.json', 'the events as AsyncAPI 3'],
  ['/.well-known/openid-configuration', 'Issuer', 'issuer, keys and token endpoint of the built-in issuer'],
] as const;

/** The page at `/`: links to the documents of this server. */
export const startPage = (version: string): string =>
  page(
    'Tessera',
    `<h1>Tessera ${escaped(version)}</h1><p>The control plane for inference workloads on shared GPUs.</p>
<ul>${LINKS.map(([path, name, text]) => `<li><a href="${path}">${name}</a>: ${text}</li>`).join('')}</ul>
<p>Clients send requests to <code>/api/v1</code> with a token of <code>POST /api/v1/token</code>.</p>`,
  );

/** A square of four tiles. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="#0b57d0"><rect x="3" y="3" width="12" height="12" rx="2"/><rect x="17" y="3" width="12" height="12" rx="2" opacity=".6"/><rect x="3" y="17" width="12" height="12" rx="2" opacity=".6"/><rect x="17" y="17" width="12" height="12" rx="2"/></g></svg>`;
