import { maybe } from '@tessera/kernel';

/** The error body of the API (reference: Run:ai error schema). */
export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly details?: string;
}

/** An error with an HTTP status. Thrown by HTTP handlers and HTTP adapters, never by the domain. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'HttpError';
  }

  /** The body as the API sends it. */
  body(): ErrorBody {
    return {
      code: this.status,
      message: this.message,
      ...maybe('details', this.details),
    };
  }
}
