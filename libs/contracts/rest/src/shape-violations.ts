import type { z } from 'zod';
import { MISSING, type Violation } from '@tessera/domain-workload';

/** A field path in the usual notation: `spec.environmentVariables[0].name`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );

/** Violations of the shape of a body, one per field. */
export const shapeViolations = (issues: readonly z.core.$ZodIssue[]): readonly Violation[] =>
  issues.map((issue) => ({ field: pathText(issue.path), message: messageOf(issue) }));

function messageOf(issue: z.core.$ZodIssue): string {
  if (isAbsent(issue) && issue.code !== 'custom') return MISSING;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return 'must be text or a number';
    case 'invalid_value':
      return `${shown(issue.input)} is not one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return FORMATS[issue.format] === undefined
        ? `${shown(issue.input)} ${issue.message}`
        : `${shown(issue.input)} is not ${FORMATS[issue.format]}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must ${HOW_MANY[issue.origin]?.(issue.maximum) ?? `be at most ${issue.maximum}`}`;
    default:
      return issue.message;
  }
}

/** Null in a field counts as leaving it out; in a list it is an item like any other. */
const isAbsent = ({ input, path }: z.core.$ZodIssue): boolean =>
  input === undefined || (input === null && typeof path.at(-1) === 'string');

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};
const FORMATS: Readonly<Record<string, string>> = {
  guid: 'a UUID',
  datetime: 'a time such as 2024-01-01T00:00:00Z',
};

const HOW_MANY: Readonly<Record<string, (most: number | bigint) => string>> = {
  string: (most) => `have at most ${most} characters`,
  array: (most) => `have at most ${most} items`,
};

const SHOWN = 100;
const shown = (value: unknown): string =>
  JSON.stringify(typeof value === 'string' ? value.slice(0, SHOWN) : value)?.slice(0, SHOWN) ?? 'nothing';
