import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument, ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import { CALLS } from './calls';

const page = readFileSync(join(__dirname, '../../../../docs/guides/api.md'), 'utf8');
const operations = Object.entries(ROUTES) as readonly (readonly [OperationId, Route])[];
const HOW = 'npm start -- --reset, then npm run generate:api-guide -- .tessera/connection.json';

/** The part of the page about one operation. */
function sectionOf({ method, path }: Route): string {
  const section = page.split(/^### /m).find((text) => text.includes(`\`${method} ${path}\` (`));
  if (section === undefined) throw new Error(`the guide lacks ${method} ${path}; ${HOW}`);
  return section;
}

const blockOf = (section: string, language: string): string | undefined =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``).exec(section)?.[1];

const { paths } = openApiDocument('http://localhost:8080', '0') as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Record<string, { readonly example: unknown }> }>
  >;
}
const exampleInDocument = ({ path, method }: Route, status: number): unknown =>
  paths[path]?.[method.toLowerCase()]?.responses[status]?.content['application/json']?.example;

describe('the guide for users of the API', () => {
  it.each(operations)('has one complete example of %s', (operation, route) => {
    const section = sectionOf(route);
    const command = blockOf(section, 'sh') ?? '';
    expect(command).toMatch(/^curl -s /);
    const call = CALLS.find((one) => one.operation === operation);
    for (const name of Object.keys(call?.query ?? {})) expect(command).toContain(`${name}=`);
    const sent = /-d '([^]*)'$/.exec(command)?.[1]?.replaceAll("'\\''", "'");
    if (call?.body !== undefined) expect(JSON.parse(sent ?? '')).toEqual(call.body);
    expect(sent === undefined).toBe(route.body === undefined);
  });

  it.each(operations)('shows an answer of %s that the document knows', (_operation, route) => {
    const section = sectionOf(route);
    const status = Number(/^Answer (\d+)/m.exec(section)?.[1]);
    const documented = route.answers[status];
    expect(documented).toBeDefined();
    if (documented?.schema === undefined)
      return expect(section).toContain(`Answer ${status}, without a body.`);
    const { mediaType, schema } = documented;
    const answer = blockOf(section, mediaType === undefined ? 'json' : 'text');
    if (mediaType !== undefined) return expect(answer).toMatch(/\S/);
    expect(schema.safeParse(JSON.parse(answer ?? '')).error).toBeUndefined();
  });

  it.each(operations)('shows the answer of %s that the OpenAPI document shows', (_operation, route) => {
    const section = sectionOf(route);
    const status = Number(/^Answer (\d+)/m.exec(section)?.[1]);
    const documented = route.answers[status];
    if (documented?.schema === undefined || documented.mediaType !== undefined) return;
    const answer = JSON.parse(blockOf(section, 'json') ?? '') as unknown;
    expect(exampleInDocument(route, status)).toEqual(answer);
  });

  it('shows nothing of the machine that it was made on', () => {
    const ports = [...page.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    expect(ports.filter((port) => port < 8000 || port > 8092)).toEqual([]);
    expect(page).not.toMatch(/\/(root|home\/(?!my)|tmp|work)\//);
  });
});
