import type { ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import { REASON_HEADER } from './reason-header';
import type { LimitKind } from './allowance';
import type { ExceededLimit, TakenLimits } from './ledger';

const NAMES: Readonly<Record<LimitKind, readonly [text: string, reason: string]>> = {
  requestsPerMinute: ['requests per minute', 'RequestsPerMinute'],
  tokensPerMinute: ['tokens per minute', 'TokensPerMinute'],
  requestsInFlight: ['requests at the same time', 'RequestsInFlight'],
};
/** The headers of the two rate limits, as in OpenAI's API. */
const RATES = (
  [
    ['requestsPerMinute', 'requests'],
    ['tokensPerMinute', 'tokens'],
  ] as const
).map(([kind, name]) => ({
  kind,
  limit: `x-ratelimit-limit-${name}`,
  remaining: `x-ratelimit-remaining-${name}`,
  reset: `x-ratelimit-reset-${name}`,
}));

/** The error for a request over a limit: whose limit it is, its value, and when to retry. */
export function limitExceeded({ scope, limit, value, waitMs }: ExceededLimit): HttpError {
  const [text, reason] = NAMES[limit];
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const message = `The limit of the ${scope.kind} "${scope.name}" is reached: ${value} ${text}; retry after ${seconds} s`;
  return new HttpError(429, message, undefined, {
    'retry-after': String(seconds),
    [REASON_HEADER]: reason,
    'x-tessera-limit': `${scope.kind}/${limit}`,
  });
}

/** The error for a request over the limit of open requests of this process, in all or of one caller. */
export const gatewayFull = (): HttpError =>
  new HttpError(
    429,
    'The gateway is at its limit for open requests; send fewer at once or retry after 1 s',
    undefined,
    {
      'retry-after': '1',
      [REASON_HEADER]: 'GatewayFull',
    },
  );

/** The rate limit headers, flat: of each rate the limit with the least left. Empty where no rate is limited. */
export function rateHeaders({ limits }: Pick<TakenLimits, 'limits'>, now: number): string[] {
  const headers: string[] = [];
  for (const { kind, limit, remaining, reset } of RATES) {
    const tightest = tightestOf(kind, limits, now);
    if (tightest === undefined) continue;
    headers.push(limit, String(tightest.limit), remaining, String(Math.floor(tightest.remaining(now))));
    headers.push(reset, duration(tightest.resetMs(now)));
  }
  return headers;
}

/** Sets the headers of {@link rateHeaders} on a response that the gateway writes itself. */
export function setRates(response: Pick<ServerResponse, 'setHeader'>, rates: readonly string[]): void {
  for (let index = 0; index + 1 < rates.length; index += 2)
    response.setHeader(rates[index] ?? '', rates[index + 1] ?? '');
}

/** Removes the headers of {@link setRates}: a fallback workload responds, which has other limits. */
export function removeRates(response: Pick<ServerResponse, 'removeHeader'>): void {
  for (const { limit, remaining, reset } of RATES)
    for (const name of [limit, remaining, reset]) response.removeHeader(name);
}

function tightestOf(
  kind: (typeof RATES)[number]['kind'],
  limits: TakenLimits['limits'],
  now: number,
): TakenLimits['limits'][number]['allowance'] | undefined {
  let tightest: TakenLimits['limits'][number]['allowance'] | undefined;
  for (const { allowance } of limits)
    if (
      allowance.kind === kind &&
      (tightest === undefined || allowance.remaining(now) < tightest.remaining(now))
    )
      tightest = allowance;
  return tightest;
}

/** In the format of OpenAI's API: `1m0s`, `59s`, `120ms`. */
function duration(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
