/** Somebody else leads, or may: nothing was written. Not an error of what was to be written. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';
}
