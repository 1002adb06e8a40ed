/** Another scheduler leads, or may lead: nothing was written. Says nothing about the validity of the write. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';
}
