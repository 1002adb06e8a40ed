import type { Caller } from '../access/caller';
import type { GatewayMetrics } from '../metrics';
import type { ModelBody } from '../openai/body/model-body';
import type { ModelRequest } from '../openai/model-request';
import type { RequestPermit } from '../limits/request-permit';
import type { Replica } from '../routing/replica';
import type { Workload } from '../routing/workload';
import { asksForUsage, meteredEndpoint } from './endpoint';
import { estimated, promptTokens } from './estimate';
import { Meter } from './meter';
import type { UsageReporter } from './usage-reporter';

export interface MeteringOptions {
  readonly metrics: Pick<GatewayMetrics, 'measured'>;
  /** Absent where usage is not reported. */
  readonly usage?: Pick<UsageReporter, 'add'> | undefined;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** A request to a model endpoint as it is sent to the replica, and the meter for its response. */
export interface Metered {
  readonly body: ModelBody;
  /** Flat, with the content-length of the body. */
  readonly headers: readonly string[];
  readonly meter: Meter;
}

/** A request that has ended. */
export interface Ended {
  readonly workload: Workload;
  readonly caller: Caller | undefined;
  /** Counts the tokens against the limits. */
  readonly permit: Pick<RequestPermit, 'recordTokens'>;
  /** The replica of the last attempt. */
  readonly replica: Replica;
  /** The request counts as use of the workload; requests to quiet paths do not. */
  readonly counted: boolean;
  /** The replica has responded, possibly with an error. */
  readonly answered: boolean;
  readonly model?: ModelRequest | undefined;
  readonly meter?: Meter | undefined;
}

/** Measures the use of workloads: requests, tokens and their times. */
export class Metering {
  constructor(private readonly options: MeteringOptions) {}

  /**
   * Prepares a request for metering: the response must not be compressed, and a stream must report its usage.
   * `headers`: for the body as the client sent it, flat. Undefined where the endpoint is not metered.
   */
  begin(body: ModelBody, headers: readonly string[]): Metered | undefined {
    const { request } = body;
    const endpoint = meteredEndpoint(request.endpoint);
    if (endpoint === undefined) return undefined;
    const asking = withUsage(body);
    const meter = new Meter({
      endpoint,
      hidesUsage: asking !== undefined,
      promptTokens: () => estimatedPrompt(request, headers),
      now: this.options.now,
    });
    const sent = asking ?? body;
    return { body: sent, headers: sent.sized(uncompressed(headers)), meter };
  }

  /** Counts the request; called once for each request that had a slot at a replica. */
  ended({ workload, caller, permit, replica, counted, answered, model, meter }: Ended): void {
    const { metrics, usage } = this.options;
    const measured = meter?.measured();
    if (measured !== undefined) {
      metrics.measured(replica, measured);
      permit.recordTokens(measured.tokens.inputTokens + measured.tokens.outputTokens);
    }
    if (!counted || !(answered || measured !== undefined)) return;
    usage?.add({
      workloadId: workload.id,
      keyId: caller?.kind === 'key' ? caller.id : undefined,
      // A request that failed may name a model that does not exist.
      model: measured === undefined ? undefined : model?.model,
      tokens: measured?.tokens,
    });
  }
}

/**
 * The body with a request for the usage of its stream; undefined where the client asks for it, or the API has no
 * option.
 */
function withUsage(body: ModelBody): ModelBody | undefined {
  const { endpoint, stream, wantsUsage, body: fields } = body.request;
  if (!stream || wantsUsage || !asksForUsage(endpoint) || fields === undefined) return undefined;
  const options = fields['stream_options'];
  const given = typeof options === 'object' && options !== null ? options : {};
  return body.with('stream_options', { ...given, include_usage: true });
}

/** Asks for an uncompressed response: the usage cannot be read from a compressed one. */
function uncompressed(headers: readonly string[]): readonly string[] {
  const sent: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = '', value = ''] = [headers[index], headers[index + 1]];
    if (name.toLowerCase() !== 'accept-encoding') sent.push(name, value);
  }
  sent.push('accept-encoding', 'identity');
  return sent;
}

/** From the texts of the prompt, or from the length of a body that was not read as a whole; 0 for audio. */
function estimatedPrompt({ body, endpoint }: ModelRequest, headers: readonly string[]): number {
  if (body !== undefined) return promptTokens(body);
  if (endpoint.startsWith('audio/')) return 0;
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length');
  const length = at < 0 ? 0 : Number(headers[at + 1]);
  return Number.isSafeInteger(length) ? estimated(length) : 0;
}
