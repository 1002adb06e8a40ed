import type { Changed } from '@tessera/application-submission';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** The value of a change, or its refusal as the documented error. */
export function orRefuse<T>(changed: Changed<T>, inUse = 'Something else still refers to it.'): T {
  if (changed.ok) return changed.value;
  if (changed.why === 'gone') throw new HttpError(404, ERRORS[404].message);
  throw new HttpError(409, changed.why === 'taken' ? ERRORS[409].message : inUse);
}

/** What is there, or 404. */
export function orNotFound<T>(value: T | undefined): T {
  if (value === undefined) throw new HttpError(404, ERRORS[404].message);
  return value;
}

/** 403 with the documented message. */
export const forbidden = (): HttpError => new HttpError(403, ERRORS[403].message);
