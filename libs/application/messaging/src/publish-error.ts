/** What became of one record of a publish that did not succeed whole. */
export type PublishOutcome =
  | 'stored'
  /** Larger than its topic takes: another try is of no use while topic and record are what they are. */
  | 'too-large'
  /** Perhaps not stored; to be sent again. */
  | 'failed';

/** Not all records are stored. The cause says why those that failed did. */
export class PublishError extends Error {
  constructor(
    message: string,
    /** One for each record, in the order in which they were given. */
    readonly outcomes: readonly PublishOutcome[],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'PublishError';
  }

  /** Of records of which some are too large and the others are stored. */
  static tooLarge(outcomes: readonly PublishOutcome[], limit?: number): PublishError {
    const count = outcomes.filter((outcome) => outcome === 'too-large').length;
    const most = limit === undefined ? '' : ` (at most ${limit} bytes)`;
    return new PublishError(
      `${count} of ${outcomes.length} records are too large for their topic${most}`,
      outcomes,
    );
  }
}
