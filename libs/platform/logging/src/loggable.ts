/** Replacement for a value that must not be logged. */
const HIDDEN = '(secret)';

/** Names of fields that hold secrets, tokens, or parameters of statements. */
const SECRET_NAME =
  /secret|password|passphrase|credential|authorization|cookie|token|private_?key|^parameters$|^api_?key$/i;

/** Fields of Node and Postgres errors that describe the failure without values. */
const LOGGED = ['code', 'errno', 'syscall', 'status', 'statusCode', 'schema', 'table', 'constraint'] as const;

const MAX_TEXT = 8_192;
const MAX_DEPTH = 6;
const MAX_ITEMS = 100;

/** Tokens, `Authorization` values and passwords in URLs, anywhere in a text. */
const IN_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, HIDDEN],
  [/\b(Bearer|Basic) +[\w.~+/=-]+/gi, `$1 ${HIDDEN}`],
  [/(:\/\/[^\s:/@]{1,256}:)[^\s@/]{1,1024}@/g, `$1${HIDDEN}@`],
];

const textOf = (text: string): string =>
  IN_TEXT.reduce(
    (reported, [pattern, instead]) => reported.replace(pattern, instead),
    text.slice(0, MAX_TEXT),
  );

/**
 * Removes secrets from the fields of a log line: fields by name, details of errors, and tokens in texts. Depth, lists
 * and texts are bounded.
 */
export const loggable = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  objectOf(fields, 0);

function valueOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textOf(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '(deeper)';
  if (value instanceof Error) return errorOf(value, depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => valueOf(item, depth + 1));
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return valueOf((toJSON as () => unknown).call(value), depth + 1);
  return objectOf(value as Readonly<Record<string, unknown>>, depth);
}

const objectOf = (fields: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) && typeof value !== 'number' && typeof value !== 'boolean'
        ? HIDDEN
        : valueOf(value, depth + 1),
    ]),
  );

/**
 * An error as type, message, stack and cause. Other fields are dropped: a failed statement holds its parameters, a
 * failed request its headers.
 */
function errorOf(error: Error, depth: number): Record<string, unknown> {
  const fields = error as unknown as Readonly<Record<string, unknown>>;
  const message = withoutValues(error.message, fields['code']);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: textOf(message),
    stack: textOf([message, ...frames].join('\n')),
    ...Object.fromEntries(
      LOGGED.filter((name) => ['string', 'number'].includes(typeof fields[name])).map((name) => [
        name,
        fields[name],
      ]),
    ),
    ...(error.cause === undefined ? {} : { cause: valueOf(error.cause, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: valueOf(error.errors, depth + 1) } : {}),
  };
}

/** For a value that it cannot parse, Postgres repeats the value in the message (SQLSTATE class 22). */
const withoutValues = (message: string, code: unknown): string =>
  typeof code === 'string' && /^22...$/.test(code) ? message.replace(/: ".*$/s, ': (value)') : message;
