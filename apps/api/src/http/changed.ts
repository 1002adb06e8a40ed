import type { Changed } from '@tessera/application-control-plane';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** Unwraps the result of a change; a rejected one throws the documented error. */
export function orRefuse<T>(changed: Changed<T>, inUse = 'Something else still refers to it.'): T {
  if (changed.ok) return changed.value;
  if (changed.why === 'gone') throw new HttpError(404, ERRORS[404].message);
  throw new HttpError(409, changed.why === 'taken' ? ERRORS[409].message : inUse);
}

/** Unwraps a value; throws 404 where there is none. */
export function orNotFound<T>(value: T | undefined): T {
  if (value === undefined) throw new HttpError(404, ERRORS[404].message);
  return value;
}

/** Throws 403 with the documented message. */
export const forbidden = (): HttpError => new HttpError(403, ERRORS[403].message);
