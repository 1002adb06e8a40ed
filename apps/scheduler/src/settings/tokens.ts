/** The validated configuration (`SchedulerConfig`). */
export const CONFIG = Symbol('configuration');
export const LOGGER = Symbol('logger');
export const CLOCK = Symbol('clock');
/** Close to the wall clock, but monotonic (`steadyClock`): one clock for all times that are compared. */
export const STEADY_CLOCK = Symbol('steady clock');
/** Callback for a lost lease: `() => void`. */
export const ON_LOST = Symbol('callback for a lost lease');
export const TRACING = Symbol('tracing');
