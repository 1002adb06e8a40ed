import { context, diag, DiagLogLevel } from '@opentelemetry/api';
import { useTracer } from './spans';

export interface TracesOptions {
  /** Base URL of an OTLP/HTTP receiver; without it nothing is traced and the SDK is not loaded. */
  readonly endpoint: string | undefined;
  /** Share of the traces begun here that are recorded, 0 to 1; of others their sender decides. */
  readonly ratio: number;
  /** Name of the service behind `tessera-`. */
  readonly service: string;
  readonly version: string;
  /** Longest time that the receiver is waited for, ms; 3 s unless given. */
  readonly sendLimitMs?: number;
}

export interface Tracing {
  /** Sends what is recorded, no longer than the limit, and makes no span any more. Never rejects. */
  stop(): Promise<void>;
}

const SEND_LIMIT_MS = 3_000;

/** Turns tracing on where an endpoint is given. Call it once, before the first request is served. */
export async function startTracing(
  { endpoint, sendLimitMs = SEND_LIMIT_MS, ...options }: TracesOptions,
  onProblem: (message: string) => void = () => undefined,
): Promise<Tracing> {
  if (endpoint === undefined) return { stop: async () => undefined };
  const { provider, contexts } = await loadSdk({ ...options, endpoint, sendLimitMs });
  diag.setLogger(problemsOnly(onProblem), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  context.setGlobalContextManager(contexts.enable());
  useTracer(provider.getTracer('tessera', options.version));
  const stop = async (): Promise<void> => {
    useTracer(undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, sendLimitMs)));
    const sent = provider.shutdown().catch((error: unknown) => onProblem(String(error)));
    await Promise.race([sent, late]);
    clearTimeout(timer);
    context.disable();
    diag.disable();
  };
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= stop()) };
}

/** Pause between two exports, ms: a trace is there to be looked at soon after. */
const EXPORT_EVERY_MS = 1_000;

type Loaded = TracesOptions & { readonly endpoint: string; readonly sendLimitMs: number };

/** The OpenTelemetry SDK, loaded only where traces are exported. */
async function loadSdk({ endpoint, sendLimitMs, ratio, service, version }: Loaded) {
  const [{ AsyncLocalStorageContextManager }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] =
    await Promise.all([
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace'),
    ]);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/(?<!\/)\/+$/, '')}/v1/traces`,
    timeoutMillis: sendLimitMs,
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      'service.name': `tessera-${service}`,
      'service.namespace': 'tessera',
      'service.version': version,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: EXPORT_EVERY_MS })],
  });
  return { provider, contexts: new AsyncLocalStorageContextManager() };
}

const silent = (): void => undefined;
const problemsOnly = (tell: (message: string) => void) => ({
  error: tell,
  warn: tell,
  info: silent,
  debug: silent,
  verbose: silent,
});
