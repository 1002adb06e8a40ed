import { toUSVString } from 'node:util';
import fc from 'fast-check';
import { placeholder, SLOTS, SPARE, PERMANENT } from './corpus';
import { operationsOf, type ApiDocument, type Operation, type Parameter, type Schema } from './document';
import { mutated, mutation, ODD_BODIES, oddText, oddValue, written } from './odd';
import { validValue } from './valid';

/** A request as it goes over the wire, with placeholders where ids of real things go. */
export interface FuzzRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  /** Method and path are those of the operation, so that its answers are the documented ones. */
  readonly exact: boolean;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
/** The operations that people use most, and whose bodies are largest. */
const WEIGHTS: Readonly<Record<string, number>> = {
  create_inference1: 8,
  update_inference_spec: 4,
  get_workloads: 3,
};

/** Requests of every kind to every operation of the document. */
export function requests(document: ApiDocument): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...operationsOf(document).map((operation) => ({
      weight: WEIGHTS[operation.id] ?? 1,
      arbitrary: requestsTo(document, operation),
    })),
  );
}

function requestsTo(document: ApiDocument, operation: Operation): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      method: rarely(12, fc.constantFrom(...METHODS), fc.constant(operation.method)),
      path: pathOf(operation),
      query: queryOf(document, operation),
      headers: headersOf(operation),
      body: bodyOf(document, operation),
    })
    .map(({ method, path, query, headers, body }) => ({
      operation,
      method,
      path: `${path.text}${query}`,
      headers,
      body,
      exact: method === operation.method && path.exact,
    }));
}

const rarely = <T>(often: number, rare: fc.Arbitrary<T>, usual: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: rare }, { weight: often, arbitrary: usual });

/** Percent-coded but for placeholders; half characters, which cannot be coded, are replaced. */
const coded = (text: string): string =>
  encodeURIComponent(toUSVString(text)).replaceAll(/%7B%7B(\w+)%7D%7D/g, '{{$1}}');

/** What a client may put into an address: percent-coded in full, in part or not at all. */
const codedText: fc.Arbitrary<string> = fc
  .tuple(oddText, fc.constantFrom('full', 'bytes', 'raw'))
  .map(([text, how]) => {
    if (how === 'full') return coded(text);
    if (how === 'bytes')
      return [...Buffer.from(text.slice(0, 60))]
        .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
        .join('');
    // A client refuses the rest by itself.
    return text.replaceAll(/[^\u0021-\u00ff]|[?#]/g, '');
  });

/** Path parameters as placeholders: pods of the workload that stays, and something to spare for removals. */
const namedIn = ({ path, method }: Operation): string =>
  path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => {
    if (name === 'workloadId' && path.includes('{podId}')) return placeholder(PERMANENT);
    return placeholder(method === 'DELETE' ? (SPARE[name] ?? name) : name);
  });

function pathOf(operation: Operation): fc.Arbitrary<{ text: string; exact: boolean }> {
  const { path, parameters } = operation;
  const names = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const proper = fc.constant({ text: namedIn(operation), exact: true });
  const odd = fc
    .tuple(codedText, fc.uuid(), fc.constantFrom('text', 'id', 'tail', 'slash', 'case'))
    .map(([text, id, kind]) => {
      const fill = (value: string): string =>
        names.reduce((filled, name) => filled.replace(`{${name}}`, value), path);
      if (kind === 'text') return { text: fill(text), exact: false };
      if (kind === 'id') return { text: fill(id), exact: false };
      if (kind === 'tail') return { text: `${fill(id)}/${text}`, exact: false };
      if (kind === 'slash') return { text: `//${fill(id)}//`, exact: false };
      return { text: fill(id).toUpperCase(), exact: false };
    });
  return rarely(4, odd, proper);
}

function queryOf(document: ApiDocument, { parameters }: Operation): fc.Arbitrary<string> {
  const own = parameters.filter((parameter) => parameter.in === 'query');
  const proper = fc.tuple(...own.map((parameter) => properParameter(document, parameter)));
  const names = [...own.map(({ name }) => name), 'projectId', 'x', '__proto__', 'limit[]', ''];
  const odd = fc.array(fc.tuple(fc.constantFrom(...names), codedText), { maxLength: 5 });
  // One odd value among proper ones comes further than many.
  const spoilt = fc
    .tuple(proper, fc.nat({ max: 99 }), codedText, fc.boolean())
    .map(([pairs, place, text, behind]) => {
      const flat = pairs.flat();
      return flat.map(([name = '', value = ''], index) =>
        index === place % flat.length ? [name, behind ? `${value}${text}` : text] : [name, value],
      );
    });
  const text = (pairs: readonly (readonly string[])[]): string =>
    pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`;
  return fc.oneof(
    { weight: 4, arbitrary: proper.map((pairs) => text(pairs.flat())) },
    { weight: 2, arbitrary: spoilt.map(text) },
    { weight: 1, arbitrary: odd.map(text) },
  );
}

const properParameter = (
  document: ApiDocument,
  { name, schema, required, example }: Parameter,
): fc.Arbitrary<string[][]> => {
  const value = example === undefined ? validValue(document, schema) : fc.constant(example);
  const pairs = (name === 'projectId' ? fc.constant<unknown>(placeholder(name)) : value).map((one) => [
    [name, coded([one].flat().map(written).join(','))],
  ]);
  return required === true ? pairs : fc.oneof(pairs, fc.constant<string[][]>([]));
};

const BINARY = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]);

function bodyOf(document: ApiDocument, { body, method }: Operation): fc.Arbitrary<FuzzRequest['body']> {
  const strange = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<(string | Buffer)[]>(...ODD_BODIES, BINARY) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 5 }) },
  );
  if (body === undefined)
    return rarely<FuzzRequest['body']>(method === 'GET' ? 12 : 4, strange, fc.constant(undefined));
  const made = validValue(document, body.schema);
  const example = body.example ?? exampleOf(document, body.schema);
  const valid = example === undefined ? made : fc.oneof(made, fc.constant(pointed(example)));
  const changed = fc
    .tuple(valid, fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(mutated, value));
  const cut = fc
    .tuple(valid, fc.nat({ max: 3_000 }))
    .map(([value, at]) => JSON.stringify(value).slice(0, at));
  const write = (value: unknown): string =>
    body.type === 'application/json' ? JSON.stringify(value) : formOf(value);
  return fc.oneof<fc.MaybeWeightedArbitrary<FuzzRequest['body']>[]>(
    { weight: 4, arbitrary: valid.map(write) },
    { weight: 8, arbitrary: changed.map(write) },
    { weight: 1, arbitrary: oddValue.map(write) },
    { weight: 1, arbitrary: cut },
    { weight: 2, arbitrary: strange },
  );
}

/** An example with placeholders for what it names. */
const pointed = (example: unknown): unknown =>
  Object.fromEntries(
    Object.entries(example ?? {}).map(([name, value]: [string, unknown]) => [
      name,
      SLOTS.includes(name) ? placeholder(name) : value,
    ]),
  );

/** The example of another operation that takes the same body. */
const exampleOf = (document: ApiDocument, { $ref }: Schema): unknown =>
  $ref === undefined
    ? undefined
    : operationsOf(document).find(({ body }) => body?.schema.$ref === $ref && body.example !== undefined)
        ?.body?.example;

const formOf = (value: unknown): string =>
  Object.entries((value ?? {}) as object)
    .map(([name, item]) => `${coded(name)}=${coded(written(item))}`)
    .join('&');

const ODD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'text/plain' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': ';;;' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-encoding': 'gzip' },
  { 'transfer-encoding': 'chunked' },
  { accept: 'text/csv' },
  { accept: 'application/xml;q=0' },
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'idempotency-key': 'again' },
  { 'idempotency-key': '\u00ff\u00e9' },
  { 'x-request-id': '\u00fc'.repeat(300) },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': '\u00fc, 1.1.1.1' },
  { host: 'elsewhere.example' },
  { range: 'bytes=5-1' },
  { 'if-none-match': '*' },
  { cookie: 'a=b; '.repeat(500) },
  { 'x-large': 'x'.repeat(30_000) },
  { authorization: '' },
  { authorization: 'Bearer' },
  { authorization: 'Bearer a.b.c' },
  { authorization: `Bearer ${'e30.'.repeat(3_000)}` },
  { authorization: 'Basic Og==' },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.' },
];

const headersOf = ({ body }: Operation): fc.Arbitrary<Readonly<Record<string, string>>> =>
  rarely(
    6,
    fc.constantFrom(...ODD_HEADERS),
    fc.constantFrom({}, { 'content-type': body?.type ?? 'application/json' }),
  );
