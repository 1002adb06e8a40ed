import type { Changed, Outcome } from '@tessera/application-control-plane';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { badRequest, refusedByGuardrails } from './filters/violations';

/** Unwraps the result of a change; a rejected one throws the documented error. */
export function orRefuse<T>(changed: Changed<T>, inUse = 'Something else still refers to it.'): T {
  if (changed.ok) return changed.value;
  if (changed.why === 'not-found') throw new HttpError(404, ERRORS[404].message);
  throw new HttpError(409, changed.why === 'already-exists' ? ERRORS[409].message : inUse);
}

/** Unwraps a value; throws 404 where there is none. */
export function orNotFound<T>(value: T | undefined): T {
  if (value === undefined) throw new HttpError(404, ERRORS[404].message);
  return value;
}

/** Unwraps the outcome of a use case; one that changed nothing throws the documented error. */
export function orDecline<T>(outcome: Outcome<T>): T {
  switch (outcome.kind) {
    case 'done':
      return outcome.value;
    case 'invalid':
      throw badRequest(outcome.violations);
    case 'forbidden':
      throw new HttpError(403, outcome.reason?.message ?? ERRORS[403].message, outcome.reason?.details);
    case 'not-found':
      throw new HttpError(404, ERRORS[404].message);
    case 'refused':
      throw refusedByGuardrails(outcome.refusals);
    case 'conflict':
      return orRefuse<T>({ ok: false, why: outcome.why });
  }
}
