/** A creation was requested and its answer did not come: the object may exist now, or later. */
export class LostAnswerError extends Error {
  constructor(override readonly cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'LostAnswerError';
  }
}
