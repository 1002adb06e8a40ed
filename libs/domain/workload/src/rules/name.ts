import type { Violation } from './violation';

export const MAX_NAME_LENGTH = 63;
/** Characters that prefix naming adds: a dash and {@link SUFFIX_LENGTH} letters or digits. */
export const SUFFIX_LENGTH = 5;

const ALPHABET = /^[a-z][a-z0-9-]*$/;

export const NAME_EMPTY = 'Workload name must not be empty';
export const NAME_TOO_LONG = 'The length of a workload name must not exceed 63 characters';
export const NAME_ALPHABET =
  "The workload name must consist of lower case alphanumeric characters or '-', and start with an alphabetic character.";
export const NAME_END = 'The workload name must end with a lower case alphanumeric character.';
export const nameConflict = (name: string): string =>
  `workload with name '${name}' already exists in this project`;
/** A workload whose deletion was requested. */
export interface Leaving {
  /** When, RFC 3339. */
  readonly since: string;
  /** What keeps it; empty while nothing is reported. */
  readonly message: string;
}

/** What the caller can do where the name belongs to a workload that is being deleted. */
export const nameOfLeaving = ({ since, message }: Leaving): string =>
  `That workload has been terminating since ${since}${message === '' ? '' : `: ${message}`}. ` +
  'Its name becomes available once it is deleted: send the request again then, or choose another name.';

/** Rules for a workload's name (reference §4.3); the last character matters only where no suffix follows. */
export function nameViolations(name: string, asPrefix: boolean): readonly Violation[] {
  if (name === '') return [{ field: 'name', message: NAME_EMPTY }];
  const found: Violation[] = [];
  if (name.length > MAX_NAME_LENGTH) found.push({ field: 'name', message: NAME_TOO_LONG });
  if (!ALPHABET.test(name)) found.push({ field: 'name', message: NAME_ALPHABET });
  else if (!asPrefix && name.endsWith('-')) found.push({ field: 'name', message: NAME_END });
  return found;
}

/** Joins a prefix and a suffix; a prefix that is too long is cut. */
export const nameFromPrefix = (prefix: string, suffix: string): string =>
  `${prefix.slice(0, MAX_NAME_LENGTH - suffix.length - 1)}-${suffix}`;
