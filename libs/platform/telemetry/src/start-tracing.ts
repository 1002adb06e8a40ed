import { context, diag, DiagLogLevel } from '@opentelemetry/api';
import { useTracer } from './spans';

export interface TracesOptions {
  /** Base URL of an OTLP/HTTP receiver; without it tracing is off and the SDK is not loaded. */
  readonly endpoint: string | undefined;
  /** Share of traces started here that are recorded, 0 to 1; for others the sender decides. */
  readonly ratio: number;
  /** Name of the service, without the prefix `tessera-`. */
  readonly service: string;
  readonly version: string;
  /** Export timeout, ms; default 3 s. */
  readonly sendLimitMs?: number;
}

export interface Tracing {
  /** Exports the recorded spans within the limit and stops creating spans. Never rejects. */
  stop(): Promise<void>;
}

const SEND_LIMIT_MS = 3_000;

/** Turns tracing on if an endpoint is given. Call it once, before the first request is served. */
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

/** Export interval, ms; short, so that traces are visible soon. */
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
const problemsOnly = (log: (message: string) => void) => ({
  error: log,
  warn: log,
  info: silent,
  debug: silent,
  verbose: silent,
});
