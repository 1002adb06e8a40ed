/** Observes and may change a replica's response before the client gets it. Called in this order; must not throw. */
export interface AnswerTap {
  /** The request is sent to a replica; called again when it is sent to another one. */
  sent(): void;
  /** The head of the final response; returns the headers for the client, flat. */
  head(status: number, headers: string[]): string[];
  /** A chunk of the body; returns the bytes to send to the client now, undefined for none. */
  data(chunk: Buffer): Buffer | undefined;
  /** The body has ended; returns the remaining bytes for the client. */
  end(): Buffer | undefined;
}
