import { invalidValue, required, type FieldProblem } from '../status-error';
import type { ResourceKind } from '../resources';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;
const DNS_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';

const patterns = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  const known = patterns.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, known);
  return known.test(text);
}

const SUBDOMAIN_RULE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
const LABEL_RULE = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`;
const DNS_1035_RULE = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${DNS_1035}')`;
const QUALIFIED_RULE = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`;
const LABEL_VALUE_RULE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`;
const tooLong = (length: number): string => `must be no more than ${length} characters`;

/** Why a text is not a DNS-1123 label; empty when it is one. */
export const labelProblems = (text: string): readonly string[] => [
  ...(text.length > 63 ? [tooLong(63)] : []),
  ...(matches(LABEL, text) ? [] : [LABEL_RULE]),
];

/** Why a text is not a DNS-1123 subdomain; empty when it is one. */
export const subdomainProblems = (text: string): readonly string[] => [
  ...(text.length > 253 ? [tooLong(253)] : []),
  ...(matches(SUBDOMAIN, text) ? [] : [SUBDOMAIN_RULE]),
];

const dns1035Problems = (text: string): readonly string[] => [
  ...(text.length > 63 ? [tooLong(63)] : []),
  ...(matches(DNS_1035, text) ? [] : [DNS_1035_RULE]),
];

/** Why a text is not a qualified name (`prefix/name`), as keys of labels and annotations must be. */
export function qualifiedNameProblems(text: string): readonly string[] {
  const parts = text.split('/');
  const [prefix, name] = parts.length === 2 ? (parts as [string, string]) : [undefined, text];
  if (parts.length > 2)
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix === undefined || prefix === ''
      ? []
      : subdomainProblems(prefix).map((why) => `prefix part ${why}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? [`name part ${tooLong(63)}`] : []),
    ...(matches(QUALIFIED, name) ? [] : [QUALIFIED_RULE]),
  ];
}

const labelValueProblems = (text: string): readonly string[] => [
  ...(text.length > 63 ? [tooLong(63)] : []),
  ...(matches(LABEL_VALUE, text) ? [] : [LABEL_VALUE_RULE]),
];

/** The rule that the names of a kind follow. */
export function nameProblems({ plural }: ResourceKind, name: string): readonly string[] {
  if (plural === 'namespaces') return labelProblems(name);
  if (plural === 'services') return dns1035Problems(name);
  return subdomainProblems(name);
}

/** What is wrong with the labels, annotations and the name of an object. */
export function metadataProblems(
  resource: ResourceKind,
  metadata: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, unknown>>;
    readonly annotations?: Readonly<Record<string, unknown>>;
  },
): readonly FieldProblem[] {
  const { name = '', labels, annotations } = metadata;
  return [
    ...(name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : nameProblems(resource, name).map((why) => invalidValue('metadata.name', name, why))),
    ...labelMapProblems('metadata.labels', labels),
    ...annotationProblems(annotations),
  ];
}

/** What is wrong with a map of labels. */
export const labelMapProblems = (
  field: string,
  labels: Readonly<Record<string, unknown>> = {},
): readonly FieldProblem[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((why) => invalidValue(field, key, why)),
    ...labelValueProblems(String(value)).map((why) => invalidValue(field, value, why)),
  ]);

/** Annotations of one object may hold 256 KiB together. */
const ANNOTATION_BYTES = 256 * 1024;

function annotationProblems(annotations: Readonly<Record<string, unknown>> = {}): readonly FieldProblem[] {
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  return [
    ...entries.flatMap(([key]) =>
      qualifiedNameProblems(key.toLowerCase()).map((why) => invalidValue('metadata.annotations', key, why)),
    ),
    ...(size > ANNOTATION_BYTES
      ? [
          {
            field: 'metadata.annotations',
            reason: 'FieldValueTooLong' as const,
            message: `Too long: may not be more than ${ANNOTATION_BYTES} bytes`,
          },
        ]
      : []),
  ];
}
