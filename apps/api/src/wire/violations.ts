import type { z } from 'zod';
import { MISSING, type Violation } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';

/** A field path as people write it: `spec.environmentVariables[0].name`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );

/** What is wrong with the shape of a body, one violation per field. */
export const shapeViolations = (issues: readonly z.core.$ZodIssue[]): readonly Violation[] =>
  issues.map((issue) => ({ field: pathText(issue.path), message: messageOf(issue) }));

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return MISSING;
  if (issue.code === 'invalid_union') return 'must be text or a number';
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
  return issue.message;
}

/** All violations in one answer: the messages, and behind them each with its field path. */
export function badRequest(violations: readonly Violation[]): HttpError {
  const messages = [...new Set(violations.map(({ message }) => message))];
  const details = violations.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  return new HttpError(400, messages.join('; '), details.join('; '));
}
