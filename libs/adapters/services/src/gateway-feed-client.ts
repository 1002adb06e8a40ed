import { randomUUID } from 'node:crypto';
import { FeedAnswer, feedPath, FEED_WAIT_MS } from '@tessera/contracts-internal/gateway';
import { maybe } from '@tessera/kernel';
import { SIGNATURE_HEADER, signerOf, signatureOf } from './report-signature';

export interface GatewayFeedClientOptions {
  /** Addresses of the API; after a failure the next one is asked. At least one. */
  readonly urls: readonly string[];
  readonly clusterId: string;
  /** Signs the requests, and verifies the signature of the answers. */
  readonly key: Buffer;
  /** Longest time of a request beyond the wait of the API, ms. */
  readonly limitMs?: number;
}

const LIMIT_MS = 3_000;

/** Reads the feed of gateways from the API. */
export class GatewayFeedClient {
  private at = 0;

  constructor(private readonly options: GatewayFeedClientOptions) {}

  /**
   * The feed since that version, as soon as there is a newer one. Rejects with a reason that names the address, also
   * for an answer that the API has not signed for this request.
   */
  readonly ask = async (since: string | undefined, signal: AbortSignal): Promise<FeedAnswer> => {
    const { urls, limitMs = LIMIT_MS } = this.options;
    const longest = AbortSignal.timeout(since === undefined ? limitMs : FEED_WAIT_MS + limitMs);
    const url = urls[this.at % urls.length] ?? '';
    try {
      return await this.askAt(url, since, AbortSignal.any([signal, longest]));
    } catch (error) {
      this.at += 1;
      throw new Error(`the API at ${url}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };

  private async askAt(url: string, since: string | undefined, signal: AbortSignal): Promise<FeedAnswer> {
    const { clusterId, key } = this.options;
    const query = new URLSearchParams({ ...maybe('since', since), nonce: randomUUID() });
    const path = `${feedPath(clusterId)}?${query.toString()}`;
    const response = await fetch(new URL(`${url.replace(/(?<!\/)\/+$/, '')}${path}`), {
      headers: { [SIGNATURE_HEADER]: signatureOf(key, { path, body: '' }) },
      redirect: 'error',
      signal,
    });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}: ${body.slice(0, 200)}`);
    const signature = response.headers.get(SIGNATURE_HEADER) ?? undefined;
    if (signerOf([key], signature, { path, body }) === undefined)
      throw new Error('the answer is not signed with the key of this gateway');
    return FeedAnswer.parse(JSON.parse(body));
  }
}
