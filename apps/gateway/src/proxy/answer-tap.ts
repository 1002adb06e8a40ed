/** Sees the answer of a replica before the client does. Its methods are called in this order, and must not throw. */
export interface AnswerTap {
  /** The request is sent to a replica, once more if the last one could not be reached. */
  sent(): void;
  /** The final head; returns the headers for the client, flat. */
  head(status: number, headers: string[]): string[];
  /** A piece of the body; returns what goes on to the client now, undefined for nothing. */
  data(chunk: Buffer): Buffer | undefined;
  /** The body has ended; returns what is left of it for the client. */
  end(): Buffer | undefined;
}
