import fc from 'fast-check';

/** Values at the borders of what JSON, JavaScript, Postgres and Kubernetes can hold. */
export const ODD_TEXTS = [
  ...['', ' ', '\u{1f600}', '\u202e', '\ufeff', '\r\n', '\t', '\u2028'],
  ...['null', 'true', 'NaN', 'Infinity', '-0', '0x10', '1e999', '1e-400', '9'.repeat(400), '.', '+', '1.2.3'],
  ...[
    '0',
    '-1',
    '1.5',
    '99999999999999999999',
    '2147483648',
    '1E',
    '1e40',
    '1e-40',
    '0.0000000001Ki',
    '16Ei',
  ],
  ...['../../etc/passwd', '%00', '%', '%zz', '%2e%2e%2f', "' or 1=1 --", '$1', '{{', '${x}', '<script>'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a'.repeat(64), 'a'.repeat(5_000)],
  ...[
    '2024-13-45T99:99:99Z',
    '0000-00-00',
    '275760-09-14T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2024-01-01',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'name==x',
    'name==',
    '==',
    'name=@%',
    'createdAt>=x',
    ',',
    ',,',
  ],
];

export const ODD_NUMBERS = [
  ...[
    0,
    -0,
    -1,
    0.5,
    1.5,
    1e21,
    1e300,
    5e-324,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
  ],
  ...[2 ** 63, -(2 ** 63), 0.1 + 0.2, 1e-7, 65_535, 65_536, 3_600, 3_601, 100, 101],
];

/** Nested so deeply that whoever descends without a limit falls over. */
const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** Bodies that are hardly JSON, or JSON that nobody expects. */
export const ODD_BODIES: readonly string[] = [
  ...['', ' ', '{', '}', '[]', '[{}]', 'null', 'true', '1', '"text"', '{}', '{"a":}', "{'a':1}", '\ufeff{}'],
  ...[
    nested(100, '[', ']'),
    nested(20_000, '[', ']'),
    nested(63, '{"a":', '}'),
    nested(20_000, '{"a":', '}'),
  ],
  ...['{"name":1e999}', '{"name":-1e999}', `{"name":${'9'.repeat(2_000)}}`, '{"name":"\\u0000"}'],
  ...['{"name":"\\ud800"}', '{"name":"\\udc00\\ud800"}', '{"__proto__":{"name":"x"}}', '{"constructor":1}'],
  ...[
    '{"name":"a","name":"b"}',
    '{"":""}',
    '{"spec":{"__proto__":{"image":"x"}}}',
    `{"a":"${'x'.repeat(50_000)}"}`,
  ],
  ...['a=b&a=c', 'grant_type=%zz', '--x\r\nContent-Disposition: form-data\r\n\r\n--x--', '{"spec":[]}'],
];

/** What breaks most: neither databases nor Kubernetes can hold it. */
const WORST_TEXTS = ['\0', 'a\0b', '\ud800', 'x\udc00', '\0\ud800'];

export const oddText = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...WORST_TEXTS) },
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 3, arbitrary: fc.constantFrom(...ODD_NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [null], [[]], { '': null }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

/** One change of a JSON value: which of its places, and what happens there. */
export interface Mutation {
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'rename' | 'add' | 'wrap' | 'repeat';
  readonly value: unknown;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat({ max: 10_000 }),
  kind: fc.constantFrom<Mutation['kind'][]>(
    'replace',
    'replace',
    'replace',
    'remove',
    'rename',
    'add',
    'wrap',
    'repeat',
  ),
  value: oddValue,
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  return [at, ...entries.flatMap(([key, item]) => pathsOf(item, [...at, key]))];
}

/** The value with one change; what was given stays as it is. */
export function mutated(value: unknown, { place, kind, value: odd }: Mutation): unknown {
  const paths = pathsOf(value).filter((path) => path.length > 0);
  const path = paths[place % Math.max(1, paths.length)];
  if (path === undefined) return odd;
  const copy = structuredClone(value);
  const parent = path.slice(0, -1).reduce<unknown>((node, key) => (node as never)[key], copy);
  change(parent as Record<string, unknown>, String(path.at(-1)), kind, odd);
  return copy;
}

/** A value as a word; objects may have lost the method that does it by itself. */
export const written = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');

const define = (parent: object, key: string, value: unknown): void =>
  void Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });

function change(parent: Record<string, unknown>, key: string, kind: Mutation['kind'], odd: unknown): void {
  const old = parent[key];
  if (kind === 'replace') define(parent, key, odd);
  if (kind === 'remove') delete parent[key];
  if (kind === 'wrap') define(parent, key, [old]);
  if (kind === 'repeat')
    define(
      parent,
      key,
      Array.from({ length: 30 }, () => old),
    );
  if (kind === 'add')
    define(parent, Array.isArray(parent) ? String(parent.length) : written(odd).slice(0, 200), odd);
  if (kind === 'rename' && !Array.isArray(parent)) {
    delete parent[key];
    define(parent, key.toUpperCase(), old);
  }
}
