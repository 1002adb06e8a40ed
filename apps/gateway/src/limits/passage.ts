import type { ServerResponse } from 'node:http';
import type { Claim } from '../routing/fair-queue';
import type { Deadline } from './deadline';
import type { Excess, Ledger, Taken } from './ledger';
import { rateHeaders, removeRates, setRates } from './limited';
import type { OpenRequests } from './open-requests';

export interface PassageOptions {
  readonly claim: Claim;
  readonly deadline: Deadline | undefined;
  readonly open: OpenRequests;
  readonly ledger: Ledger;
  readonly taken: Taken;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** A request that its limits let pass. */
export class Passage {
  private ended = false;
  private spentTokens: number | undefined;
  /** Tokens that count for it in the ledger. */
  private counted = 0;

  constructor(private readonly options: PassageOptions) {}

  get claim(): Claim {
    return this.options.claim;
  }

  get deadline(): Deadline | undefined {
    return this.options.deadline;
  }

  get taken(): Taken {
    return this.options.taken;
  }

  /** Whether a limit of tokens is among those that it counts against. */
  get limitsTokens(): boolean {
    return this.taken.limits.some(({ allowance }) => allowance.kind === 'tokensPerMinute');
  }

  /** What its answer states of its limits, as flat headers. */
  get rates(): readonly string[] {
    return rateHeaders(this.taken, this.options.now());
  }

  /** States its limits in an answer of the gateway itself; that of a replica states them in its head. */
  state(response: Pick<ServerResponse, 'setHeader' | 'headersSent'>): void {
    if (!response.headersSent) setRates(response, this.rates);
  }

  /** Takes the tokens that it is expected to need. */
  takeTokens(tokens: number): Excess | undefined {
    const { ledger, taken, now } = this.options;
    const excess = ledger.takeTokens(taken, tokens, now());
    if (excess === undefined) this.counted = tokens;
    return excess;
  }

  /** The tokens that it has used in all are known; may be so after its end. */
  spent(tokens: number): void {
    this.spentTokens = tokens;
    this.count(tokens);
  }

  /** It is no longer in flight. Tokens that nobody has counted were not used. Later calls change nothing. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    const { open, claim, deadline, ledger, taken, now } = this.options;
    deadline?.end();
    open.leave(claim.caller);
    ledger.end(taken, now());
    if (this.spentTokens === undefined) this.count(0);
  }

  /** Another workload is asked instead: it ends here, its request does not count and its answer does not state its limits. */
  passOn(response: Pick<ServerResponse, 'removeHeader'>): void {
    removeRates(response);
    const { ledger, taken, now } = this.options;
    if (!this.ended) ledger.giveBack(taken, now());
    this.end();
  }

  private count(tokens: number): void {
    const { ledger, taken, now } = this.options;
    if (tokens !== this.counted) ledger.correctTokens(taken, tokens - this.counted, now());
    this.counted = tokens;
  }
}
