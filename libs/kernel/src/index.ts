export { exponentialMs, type Backoff } from './backoff';
export { steadyClock, type Clock, type MonotonicClock } from './clock';
export { compare } from './compare';
export { interned } from './interned';
export { maybe } from './maybe';
export { shortHash } from './short-hash';
