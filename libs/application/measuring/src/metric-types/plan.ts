import type { Expression } from '@tessera/domain-measurement';
import type { Scope } from './scope';

/** How one metric type is computed for a scope; rates look back over `windowMs`. */
export type Plan<S extends Scope = Scope> = (scope: S, windowMs: number) => Expression;
