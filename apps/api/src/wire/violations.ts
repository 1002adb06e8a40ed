import type { z } from 'zod';
import { MISSING, type Refusal, type Violation } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';

/** A field path in the usual notation: `spec.environmentVariables[0].name`. */
export const pathText = (path: readonly PropertyKey[]): string =>
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

/** Most violations that one response reports. */
const MOST_REPORTED = 100;
/** Enough to know that there are more than are reported. */
export const MOST_FOUND = MOST_REPORTED + 1;
/** Longest message of one violation; messages repeat what was sent. */
const LONGEST = 500;

/** Up to 100 violations in one response: the messages, and each with its field path. */
export const badRequest = (violations: readonly Violation[]): HttpError => allTold(400, violations);

/** The same for a conflict with another owner. */
export const conflict = (violations: readonly Violation[]): HttpError => allTold(409, violations);

/**
 * Fields that the operator's guardrails refuse, each with the name of the rule, so that the caller knows which rule to
 * ask the operator about.
 */
export const refusedByGuardrails = (refusals: readonly Refusal[]): HttpError =>
  new HttpError(
    403,
    `Guardrails of the platform refuse this: ${[...new Set(refusals.map(({ message }) => message))].join('; ')}`,
    refusals.map(({ field, rule, message }) => `${field}: ${message} (guardrail ${rule})`).join('; '),
  );

function allTold(status: number, violations: readonly Violation[]): HttpError {
  const told = violations.slice(0, MOST_REPORTED).map(({ field, message }) => ({
    field: cut(field),
    message: cut(message),
  }));
  const messages = [...new Set(told.map(({ message }) => message))];
  const details = told.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  if (violations.length > MOST_REPORTED) details.push(`and more: only the first ${MOST_REPORTED} are listed`);
  return new HttpError(status, messages.join('; '), details.join('; '));
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
