import { fillPath, INTERNAL_ROUTES, ScalingValues } from '@tessera/contracts-internal';
import { SIGNATURE_HEADER, signatureOf } from './report-signature';

export interface ScalingValuesClientOptions {
  /** Address of the metrics service. */
  readonly url: string;
  readonly clusterId: string;
  /** Signs the requests. */
  readonly key: Buffer;
  /** Longest time of one request, ms. */
  readonly limitMs?: number;
}

const LIMIT_MS = 4_000;

/** Asks the metrics service for the values by which workloads scale. Rejects with a reason that names the service. */
export class ScalingValuesClient {
  constructor(private readonly options: ScalingValuesClientOptions) {}

  readonly read = async (metrics: readonly string[], signal?: AbortSignal): Promise<ScalingValues> => {
    const { url, clusterId, key, limitMs = LIMIT_MS } = this.options;
    const path = fillPath(INTERNAL_ROUTES.scalingValues.path, { clusterId });
    const body = JSON.stringify({ metrics });
    const address = new URL(`${url.replace(/(?<!\/)\/+$/, '')}${path}`);
    const { status, text } = await this.send(address, body, signatureOf(key, { path, body }), [
      AbortSignal.timeout(limitMs),
      ...(signal === undefined ? [] : [signal]),
    ]);
    if (status !== 200) throw new Error(`the metrics service answered ${status}`);
    const parsed = ScalingValues.safeParse(jsonOf(text));
    if (!parsed.success)
      throw new Error('the metrics service sent a response that this release does not understand');
    return parsed.data;
  };

  private async send(address: URL, body: string, signature: string, ends: readonly AbortSignal[]) {
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature },
        body,
        redirect: 'error',
        signal: AbortSignal.any([...ends]),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new Error('the metrics service cannot be reached', { cause: error });
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
