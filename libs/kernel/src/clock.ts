/** The one clock. Production passes {@link Date.now}; tests pass a clock they advance. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}
