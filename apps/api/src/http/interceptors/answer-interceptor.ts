import type { ActiveCall } from '../active-call';
import type { AnyAnswer } from '../call';

/**
 * Sees every answer of an operation before it is sent, also those of calls that a guard, a pipe or the time limit
 * refused. Nest's own interceptors run after the guards and see none of those (ADR 0020).
 */
export interface AnswerInterceptor {
  /** The answer is sent once the promise resolves; at once where there is none. */
  intercept(call: ActiveCall, answer: AnyAnswer): Promise<void> | undefined;
}
