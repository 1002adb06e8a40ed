import type { Caller } from '../access/caller';
import type { GatewayMetrics } from '../metrics';
import type { ModelBody } from '../openai/body/model-body';
import type { ModelRequest } from '../openai/model-request';
import type { Passage } from '../limits/passage';
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

/** A request to a model as the replica gets it, and the meter of its answer. */
export interface Metered {
  readonly body: ModelBody;
  /** Flat; they fit the body. */
  readonly headers: readonly string[];
  readonly meter: Meter;
}

/** A request that has ended. */
export interface Ended {
  readonly workload: Workload;
  readonly caller: Caller | undefined;
  /** Counts the tokens against the limits of the request. */
  readonly passage: Pick<Passage, 'spent'>;
  /** The last one that was asked. */
  readonly replica: Replica;
  /** It counts as use of the workload; probes do not. */
  readonly counted: boolean;
  /** The replica has answered, be it with an error. */
  readonly answered: boolean;
  readonly model?: ModelRequest | undefined;
  readonly meter?: Meter | undefined;
}

/** Measures what requests to models use. */
export class Metering {
  constructor(private readonly options: MeteringOptions) {}

  /**
   * The request with what metering needs: answers that are not compressed, and the usage of a stream. `headers` are those
   * for the body as the client sent it, flat.
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

  /** Counts the request; called once for each that had a place at a replica. */
  ended({ workload, caller, passage, replica, counted, answered, model, meter }: Ended): void {
    const { metrics, usage } = this.options;
    const measured = meter?.measured();
    if (measured !== undefined) {
      metrics.measured(replica, measured);
      passage.spent(measured.tokens.inputTokens + measured.tokens.outputTokens);
    }
    if (!counted || !(answered || measured !== undefined)) return;
    usage?.add({
      workloadId: workload.id,
      keyId: caller?.kind === 'key' ? caller.id : undefined,
      // The name of a model that does not exist is any text.
      model: measured === undefined ? undefined : model?.model,
      tokens: measured?.tokens,
    });
  }
}

/** The body that asks for the usage of its stream; undefined where the client has done so, or nobody can. */
function withUsage(body: ModelBody): ModelBody | undefined {
  const { endpoint, stream, wantsUsage, body: fields } = body.request;
  if (!stream || wantsUsage || !asksForUsage(endpoint) || fields === undefined) return undefined;
  const options = fields['stream_options'];
  const given = typeof options === 'object' && options !== null ? options : {};
  return body.with('stream_options', { ...given, include_usage: true });
}

/** Usage cannot be read from a compressed answer; most of it is not text that compresses well. */
function uncompressed(headers: readonly string[]): readonly string[] {
  const sent: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = '', value = ''] = [headers[index], headers[index + 1]];
    if (name.toLowerCase() !== 'accept-encoding') sent.push(name, value);
  }
  sent.push('accept-encoding', 'identity');
  return sent;
}

/** From the texts of the prompt, or from all bytes of a body that is too long to look at; 0 of a recording. */
function estimatedPrompt({ body, endpoint }: ModelRequest, headers: readonly string[]): number {
  if (body !== undefined) return promptTokens(body);
  if (endpoint.startsWith('audio/')) return 0;
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length');
  const length = at < 0 ? 0 : Number(headers[at + 1]);
  return Number.isSafeInteger(length) ? estimated(length) : 0;
}
