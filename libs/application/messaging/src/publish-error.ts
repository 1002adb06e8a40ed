/** Outcome of one record of a publish that did not succeed completely. */
export type PublishOutcome =
  | 'stored'
  /** Larger than its topic takes: another try is of no use while topic and record are what they are. */
  | 'too-large'
  /** Perhaps not stored; to be sent again. */
  | 'failed';

/** Not all records were stored. The cause says why the failed ones were not. */
export class PublishError extends Error {
  constructor(
    message: string,
    /** One per record, in the given order. */
    readonly outcomes: readonly PublishOutcome[],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'PublishError';
  }

  /** For a publish in which some records were too large and the others were stored. */
  static tooLarge(outcomes: readonly PublishOutcome[], limit?: number): PublishError {
    const count = outcomes.filter((outcome) => outcome === 'too-large').length;
    const most = limit === undefined ? '' : ` (at most ${limit} bytes)`;
    return new PublishError(
      `${count} of ${outcomes.length} records are too large for their topic${most}`,
      outcomes,
    );
  }
}
