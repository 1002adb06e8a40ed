import type { ServerResponse } from 'node:http';
import type { Requester } from '../routing/fair-queue';
import type { Deadline } from './deadline';
import type { ExceededLimit, Ledger, TakenLimits } from './ledger';
import { rateHeaders, removeRates, setRates } from './limited';
import type { OpenRequests } from './open-requests';

export interface RequestPermitOptions {
  readonly requester: Requester;
  readonly deadline: Deadline | undefined;
  readonly open: OpenRequests;
  readonly ledger: Ledger;
  readonly taken: TakenLimits;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/**
 * What a request within its limits holds until it ends: a place among the open requests, its counts in the limits, and
 * its deadline.
 */
export class RequestPermit {
  private released = false;
  private usedTokens: number | undefined;
  /** Tokens that the ledger counts for the request. */
  private counted = 0;

  constructor(private readonly options: RequestPermitOptions) {}

  get requester(): Requester {
    return this.options.requester;
  }

  get deadline(): Deadline | undefined {
    return this.options.deadline;
  }

  get taken(): TakenLimits {
    return this.options.taken;
  }

  /** Whether the request counts against a token limit. */
  get limitsTokens(): boolean {
    return this.taken.limits.some(({ allowance }) => allowance.kind === 'tokensPerMinute');
  }

  /** The rate limit headers for the response, flat. */
  get rateLimitHeaders(): readonly string[] {
    return rateHeaders(this.taken, this.options.now());
  }

  /** Sets the rate limit headers on a response that the gateway writes itself. */
  setHeaders(response: Pick<ServerResponse, 'setHeader' | 'headersSent'>): void {
    if (!response.headersSent) setRates(response, this.rateLimitHeaders);
  }

  /** Reserves the tokens that the request is expected to use. */
  takeTokens(tokens: number): ExceededLimit | undefined {
    const { ledger, taken, now } = this.options;
    const excess = ledger.takeTokens(taken, tokens, now());
    if (excess === undefined) this.counted = tokens;
    return excess;
  }

  /**
   * Replaces the reserved tokens by those that the request has used; may be called after {@link RequestPermit.release}.
   */
  recordTokens(tokens: number): void {
    this.usedTokens = tokens;
    this.count(tokens);
  }

  /**
   * The request has ended. Reserved tokens count as unused unless {@link RequestPermit.recordTokens} was called.
   * Further calls have no effect.
   */
  release(): void {
    if (this.released) return;
    this.released = true;
    const { open, requester, deadline, ledger, taken, now } = this.options;
    deadline?.end();
    open.leave(requester.caller);
    ledger.end(taken, now());
    if (this.usedTokens === undefined) this.count(0);
  }

  /** Releases the permit without a count in the limits, because the request goes to a fallback workload instead. */
  refund(response: Pick<ServerResponse, 'removeHeader'>): void {
    removeRates(response);
    const { ledger, taken, now } = this.options;
    if (!this.released) ledger.refund(taken, now());
    this.release();
  }

  private count(tokens: number): void {
    const { ledger, taken, now } = this.options;
    if (tokens !== this.counted) ledger.correctTokens(taken, tokens - this.counted, now());
    this.counted = tokens;
  }
}
