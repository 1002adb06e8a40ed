import type { GuardrailRefusal, Violation } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';

/** Most violations that one response reports. */
const MOST_REPORTED = 100;
/** Enough to know that there are more than are reported. */
export const MOST_FOUND = MOST_REPORTED + 1;
/** Longest message of one violation; messages repeat what was sent. */
const LONGEST = 500;

/** Up to 100 violations in one response: the messages, and each with its field path. */
export const badRequest = (violations: readonly Violation[]): HttpError => errorOf(400, violations);

/** The same for a conflict with another owner. */
export const conflict = (violations: readonly Violation[]): HttpError => errorOf(409, violations);

/**
 * Fields that the operator's guardrails refuse, each with the name of the rule, so that the caller knows which rule to
 * ask the operator about.
 */
export const refusedByGuardrails = (refusals: readonly GuardrailRefusal[]): HttpError =>
  new HttpError(
    403,
    `Guardrails of the platform refuse this: ${[...new Set(refusals.map(({ message }) => message))].join('; ')}`,
    refusals.map(({ field, rule, message }) => `${field}: ${message} (guardrail ${rule})`).join('; '),
  );

function errorOf(status: number, violations: readonly Violation[]): HttpError {
  const listed = violations.slice(0, MOST_REPORTED).map(({ field, message }) => ({
    field: cut(field),
    message: cut(message),
  }));
  const messages = [...new Set(listed.map(({ message }) => message))];
  const details = listed.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  if (violations.length > MOST_REPORTED) details.push(`and more: only the first ${MOST_REPORTED} are listed`);
  return new HttpError(status, messages.join('; '), details.join('; '));
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
