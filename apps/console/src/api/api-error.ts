/** The API refused a call; `message` and `details` are for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details?: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The API could not be reached at all. */
export class OfflineError extends Error {
  constructor() {
    super('The API cannot be reached.');
    this.name = 'OfflineError';
  }
}
