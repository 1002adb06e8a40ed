import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from './openapi';

type Json = Record<string, unknown>;
type Document = Json & { paths: Record<string, Record<string, Json>> };

const fixture = (name: string): Document =>
  JSON.parse(readFileSync(join(__dirname, '../fixtures', name), 'utf8')) as Document;
const reference = fixture('openapi-2.18.json');
const later = fixture('inference-requests-2.24.json');
const ours = openApiDocument('http://localhost', '0') as Document;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function resolve(document: Document, value: unknown): Json {
  let current = (value ?? {}) as Json;
  for (let depth = 0; typeof current['$ref'] === 'string' && depth < 20; depth += 1) {
    const path = current['$ref'].slice(2).split('/');
    current = path.reduce<unknown>((part, name) => (part as Json)[name], document) as Json;
  }
  return current;
}

/** Every leaf field of a schema with its types and enum, by path; alternatives and `allOf` are united. */
function flatten(document: Document, schema: unknown, path = '', depth = 0): Map<string, Json> {
  const found = new Map<string, Json>();
  if (depth > 12 || path.split('children').length > 3 || path.split('parent.').length > 3) return found;
  const node = resolve(document, schema);
  const merge = (other: Map<string, Json>): void =>
    other.forEach((value, key) => found.set(key, { ...found.get(key), ...value }));
  for (const part of [...((node['allOf'] ?? []) as unknown[]), ...((node['anyOf'] ?? []) as unknown[])])
    merge(flatten(document, part, path, depth + 1));
  const { type, enum: values } = node;
  const types = [type ?? []].flat() as string[];
  if (types.length > 0 || values !== undefined) {
    const known = (found.get(path)?.['types'] ?? []) as string[];
    found.set(path, { types: [...known, ...types], ...(values === undefined ? {} : { enum: values }) });
  }
  for (const [name, property] of Object.entries((node['properties'] ?? {}) as Json))
    merge(flatten(document, property, `${path}.${name}`, depth + 1));
  if (node['items'] !== undefined) merge(flatten(document, node['items'], `${path}[]`, depth + 1));
  return found;
}

/** Fields whose enum later releases opened (reference §9). */
const OPENED = ['.spec.autoscaling.metric'];

function missing(theirs: unknown, mine: unknown, document = reference): string[] {
  const have = flatten(ours, mine);
  return [...flatten(document, theirs)].flatMap(([path, want]) => {
    const got = have.get(path);
    if (got === undefined) return [`${path || '(root)'} is missing`];
    const values = ((want['enum'] ?? []) as unknown[]).filter(
      (value) => !((got['enum'] ?? []) as unknown[]).includes(value),
    );
    return values.length === 0 || OPENED.includes(path) ? [] : [`${path} lacks ${values.join(', ')}`];
  });
}

/** Fields that every answer of theirs has, by path; alternatives have none in common. */
function always(document: Document, schema: unknown, path = '', depth = 0): Set<string> {
  const found = new Set<string>();
  if (depth > 12) return found;
  const node = resolve(document, schema);
  for (const part of (node['allOf'] ?? []) as unknown[])
    always(document, part, path, depth + 1).forEach((field) => found.add(field));
  for (const name of (node['required'] ?? []) as string[]) found.add(`${path}.${name}`);
  for (const [name, property] of Object.entries((node['properties'] ?? {}) as Json))
    always(document, property, `${path}.${name}`, depth + 1).forEach((field) => found.add(field));
  if (node['items'] !== undefined)
    always(document, node['items'], `${path}[]`, depth + 1).forEach((field) => found.add(field));
  return found;
}

/** What clients rely on in an answer and ours may leave out. */
function unpromised(theirs: unknown, mine: unknown): string[] {
  const have = always(ours, mine);
  return [...always(reference, theirs)]
    .filter((field) => !have.has(field))
    .map((field) => `${field} is not always there`);
}

const operations = Object.entries(reference.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method] !== undefined).map(
    (method) => [method.toUpperCase(), path] as const,
  ),
);

describe('the document against level 2.18', () => {
  it.each(operations)('%s %s has every parameter, field, enum and status', (method, path) => {
    const theirs = reference.paths[path]?.[method.toLowerCase()] ?? {};
    const mine = ours.paths[path]?.[method.toLowerCase()];
    if (mine === undefined) throw new Error('the operation is missing');
    expect(mine['operationId']).toBe(theirs['operationId']);
    const problems: string[] = [];
    const parameters = ((mine['parameters'] ?? []) as Json[]).map((one) => resolve(ours, one));
    for (const parameter of ((theirs['parameters'] ?? []) as Json[]).map((one) => resolve(reference, one))) {
      const own = parameters.find(
        ({ name, in: place }) => name === parameter['name'] && place === parameter['in'],
      );
      if (own === undefined) {
        if (parameter['in'] !== 'header') problems.push(`parameter ${String(parameter['name'])} is missing`);
        continue;
      }
      if (own['required'] === true && parameter['required'] !== true)
        problems.push(`${String(own['name'])} is required here`);
      problems.push(
        ...missing(parameter['schema'], own['schema']).map((text) => `${String(own['name'])}${text}`),
      );
    }
    problems.push(...missing(bodyOf(reference, theirs['requestBody']), bodyOf(ours, mine['requestBody'])));
    for (const [status, response] of Object.entries((theirs['responses'] ?? {}) as Json)) {
      if (status === 'default') continue;
      const own = ((mine['responses'] ?? {}) as Json)[status];
      if (own === undefined) problems.push(`status ${status} is missing`);
      else
        problems.push(
          ...[
            ...missing(bodyOf(reference, response), bodyOf(ours, own)),
            ...unpromised(bodyOf(reference, response), bodyOf(ours, own)),
          ].map((text) => `${status}: ${text}`),
        );
    }
    expect(problems).toEqual([]);
  });
});

describe('the requests of level 2.24', () => {
  it.each([
    ['POST', '/api/v1/workloads/inferences'],
    ['PATCH', '/api/v1/workloads/inferences/{workloadId}'],
  ])('%s %s takes every field and value', (method, path) => {
    const body = ({ paths }: Document): unknown => paths[path]?.[method.toLowerCase()]?.['requestBody'];
    const theirs = bodyOf(later, body(later));
    expect(flatten(later, theirs).size).toBeGreaterThan(80);
    expect(missing(theirs, bodyOf(ours, body(ours)), later)).toEqual([]);
  });
});

describe('the comparison itself', () => {
  it('sees the fields of a request', () => {
    const request = bodyOf(
      reference,
      reference.paths['/api/v1/workloads/inferences']?.['post']?.['requestBody'],
    );
    const fields = flatten(reference, request);
    expect(fields.size).toBeGreaterThan(150);
    expect(fields.get('.spec.compute.gpuRequestType')).toEqual({
      types: ['string'],
      enum: ['portion', 'memory', 'migProfile'],
    });
  });

  it('finds what is missing', () => {
    const mine = { type: 'object', properties: { a: { type: 'string', enum: ['x'] } } };
    const theirs = { type: 'object', properties: { a: { enum: ['x', 'y'] }, b: { type: 'string' } } };
    expect(missing(theirs, mine)).toEqual(['.a lacks y', '.b is missing']);
    const [promised, optional] = [{ ...mine, required: ['a'] }, mine];
    expect(unpromised(promised, optional)).toEqual(['.a is not always there']);
    expect(unpromised(promised, promised)).toEqual([]);
  });
});

function bodyOf(document: Document, reservationPod: unknown): unknown {
  const content = resolve(document, reservationPod)['content'] as Record<string, Json> | undefined;
  return content?.['application/json']?.['schema'] ?? {};
}
