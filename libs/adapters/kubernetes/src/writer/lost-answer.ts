import { LostAnswerError, NotLeadingError } from '@tessera/application-reconciliation';
import { isOfAnother, isUnanswered } from '../api/errors';

/** The write may have happened. */
export const throwUnknown = (error: unknown): never => {
  throw new LostAnswerError(error);
};

/** Rethrows an error that is an answer of the API server. */
export const throwLost = (error: unknown): never => {
  if (error instanceof NotLeadingError || !isUnanswered(error)) throw error;
  return throwUnknown(error);
};

/** Another object has that name now, so ours is deleted: a deletion and a patch report that by different errors. */
export const isGone = (error: unknown): boolean =>
  (error as { readonly status?: number }).status === 409 || isOfAnother(error);
