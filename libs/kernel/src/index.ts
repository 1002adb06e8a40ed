export { steadyClock, type Clock, type MonotonicClock } from './clock';
export { compare } from './compare';
export { interned } from './interned';
export { maybe } from './maybe';
export { prefixHashes, textHash } from './prefix-hashes';
export { shortHash } from './short-hash';
