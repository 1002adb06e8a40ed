/** The wall clock, for times that people and other systems see. It may step: never measure a duration with it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** Time that only goes forward, however the wall clock is set: for leases, backoff, limits and everything measured. */
export interface MonotonicClock {
  /** Milliseconds since some moment before; only differences within one process mean something. */
  elapsedMs(): number;
}

/** A clock that reads like the wall clock did when it was made, and goes forward as time does, however that is set. */
export function steadyClock(clock: Clock & MonotonicClock): Clock {
  const offset = clock.now() - clock.elapsedMs();
  return { now: () => Math.floor(offset + clock.elapsedMs()) };
}
