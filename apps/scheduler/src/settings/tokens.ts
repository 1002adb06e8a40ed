/** The validated configuration (`SchedulerConfig`). */
export const CONFIG = Symbol('configuration');
export const LOGGER = Symbol('logger');
export const CLOCK = Symbol('clock');
/** Reads about like the wall clock and only goes forward (`steadyClock`): one for all whose times are compared. */
export const STEADY_CLOCK = Symbol('steady clock');
/** Callback for a lost lease: `() => void`. */
export const ON_LOST = Symbol('callback for a lost lease');
export const TRACING = Symbol('tracing');
