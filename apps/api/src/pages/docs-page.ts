import { createHash } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

/** Escapes text for HTML. */
export const escaped = (value: unknown): string =>
  String(value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h2{margin-top:2.5rem}details{border:1px solid #ccc;border-radius:.4rem;margin:.5rem 0;padding:.5rem .8rem}
details details{border:0;margin:.3rem 0;padding:0}nav a{margin-right:.8rem;white-space:nowrap}a{color:#0b57d0}
summary{cursor:pointer}code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow:auto;overflow-wrap:normal;background:#f4f4f4;padding:.6rem}
td pre{white-space:pre-wrap;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:normal}
td:last-child{overflow-wrap:anywhere}
.method{display:inline-block;min-width:4.5rem;font-weight:600}
@media(max-width:40rem){thead{display:none}table,tbody,tr,td{display:block;border:0;overflow-wrap:anywhere}tr{border-top:1px solid #ddd;padding:.3rem 0}td{padding:0}}
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}pre{background:#222}td,th,tr,details{border-color:#444}a{color:#8ab4f8}}`;

/** The Content-Security-Policy of the page: its own style, by digest, and nothing else. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** A complete HTML page with inline style and no external resources. `body` is HTML. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
${body}</body></html>`;

/** A readable page of the OpenAPI document. */
export function docsPage(document: Json): string {
  const info = document['info'] as Json;
  const paths = document['paths'] as Record<string, Record<string, Json>>;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = (document['tags'] as { name: string }[]).map(({ name }) => name);
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => (operation['tags'] as string[])[0] === tag);
    return `<h2 id="${anchor(tag)}">${escaped(tag)}</h2>${own.map(operationHtml).join('')}`;
  });
  const contents = tags.map((tag) => `<a href="#${anchor(tag)}">${escaped(tag)}</a>`);
  const schemas = Object.entries((document['components'] as { schemas: Json }).schemas).map(
    ([name, schema]) =>
      // The anchor is inside, so that a browser opens the details element to get there.
      `<details><summary><code>${escaped(name)}</code></summary><div id="schema-${escaped(name)}">${pre(schema)}</div></details>`,
  );
  return page(
    `${String(info['title'])} API`,
    `<h1>${escaped(info['title'])} API ${escaped(info['version'])}</h1><p>${escaped(info['description'])}</p>
<p>The same as a document: <a href="/openapi.json">openapi.json</a> (OpenAPI ${escaped(document['openapi'])}).
Changes of workloads are published as events: <a href="/docs/events">events</a>.</p>
<nav>${contents.join(' ')} <a href="#schemas">Schemas</a></nav>
${sections.join('')}<h2 id="schemas">Schemas</h2>${schemas.join('')}`,
  );
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: Json;
}

const anchor = (tag: string): string => `tag-${tag.toLowerCase().replaceAll(' ', '-')}`;

function operationHtml({ path, method, operation }: Operation): string {
  const parameters = (operation['parameters'] ?? []) as Json[];
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escaped(one['name'])}</code></td><td>${escaped(one['in'])}${one['required'] === true ? ', required' : ''}</td><td>${escaped(one['description'])}</td><td>${escaped(typeText(one['schema'] as Json))}</td></tr>`,
  );
  const body = operation['requestBody'] as Json | undefined;
  const responses = Object.entries(operation['responses'] as Record<string, Json>);
  const answers = responses.map(
    ([status, response]) =>
      `<tr><td><code>${escaped(status)}</code></td><td>${escaped(response['description'])}</td><td>${schemaLink(response)}</td></tr>`,
  );
  const good = responses.find(([status]) => status.startsWith('2'));
  return `<details id="${escaped(operation['operationId'])}"><summary><span class="method">${escaped(method.toUpperCase())}</span>
<code>${escaped(path)}</code> ${escaped(operation['summary'])}</summary><p>${escaped(operation['description'])}</p>
${rows.length === 0 ? '' : table('Parameters', ['name', 'where', 'what', 'type'], rows)}
${body === undefined ? '' : `<h4>Body</h4><p>${schemaLink(body)}</p>${example('An example', body)}`}
${table('Answers', ['status', 'when', 'body'], answers)}${good === undefined ? '' : example(`An answer ${good[0]}`, good[1])}</details>`;
}

const table = (title: string, columns: readonly string[], rows: readonly string[]): string =>
  `<h4>${title}</h4><table><thead><tr>${columns.map((name) => `<th>${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;

/** The type of a parameter, in words. */
function typeText(schema: Json): string {
  const { type, enum: values, items, format, pattern, minimum, maximum, minLength, maxLength } = schema;
  const bounds = [
    [minimum ?? minLength, 'at least'],
    [maximum ?? maxLength, 'at most'],
  ].flatMap(([bound, word]) => (bound === undefined ? [] : [`${String(word)} ${String(bound)}`]));
  return [
    Array.isArray(values) ? `one of ${values.join(', ')}` : [type ?? []].flat().join(' or '),
    ...(items === undefined ? [] : [`each ${typeText(items as Json)}`]),
    ...(format === undefined ? [] : [String(format)]),
    ...(pattern === undefined ? [] : [String(pattern)]),
    ...bounds.map((bound) => (type === 'string' ? `${bound} characters` : bound)),
    ...(schema['default'] === undefined ? [] : [`default ${String(schema['default'])}`]),
  ].join('; ');
}

function example(title: string, holder: Json): string {
  const [content] = Object.values((holder['content'] ?? {}) as Record<string, Json>);
  const shown = content?.['example'];
  if (shown === undefined) return '';
  const text = typeof shown === 'string' ? `<pre>${escaped(shown)}</pre>` : pre(shown);
  return `<details><summary>${title}</summary>${text}</details>`;
}

function schemaLink(holder: Json): string {
  const content = holder['content'] as Record<string, { schema?: Json }> | undefined;
  return Object.entries(content ?? {})
    .map(([type, { schema = {} }]) => {
      const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
      return name === undefined
        ? `${escaped(type)} ${pre(schema)}`
        : `${escaped(type)} <a href="#schema-${escaped(name)}">${escaped(name)}</a>`;
    })
    .join('<br>');
}

export const pre = (value: unknown): string => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;
