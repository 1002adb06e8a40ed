import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BuiltInIssuer, METRICS_AUDIENCE, AUDIENCE } from '@tessera/adapter-oidc';
import type { SigningKey } from '@tessera/application-control-plane';
import { MetricsResponse } from '@tessera/contracts-rest';
import { closeServer } from '@tessera/platform-http';
import { freePorts } from '@tessera/dev-services';
import { startService } from '@tessera/tool-stack';
import { idOf, NAMESPACE, SCRAPE_MS } from './past';

/** What is asked: a type of a workload by its number, over a range (ms). */
export interface Question {
  readonly type: string;
  readonly workload: number;
  readonly start: number;
  readonly end: number;
  readonly samples: number;
}

/** An instant, ms, and its value. */
export type Point = readonly [at: number, value: number];

export interface MetricsService {
  /** The body of the answer; rejects unless it is 200. */
  ask(question: Question): Promise<unknown>;
  stop(): Promise<void>;
}

const ISSUER = 'http://api.test';

/** The built metrics service as a process of its own, which reads a Prometheus and shares answers for so many ms. */
export async function startMetricsService(
  home: string,
  prometheusUrl: string,
  sharedMs: number,
): Promise<MetricsService> {
  const keys: SigningKey[] = [];
  const issuer = new BuiltInIssuer({
    keys: { all: async () => keys, rotate: async (key) => void keys.unshift(key) },
    issuer: ISSUER,
    audience: AUDIENCE,
    ttlSeconds: 3_600,
    clock: Date,
  });
  await issuer.prepare();
  const jwks = JSON.stringify(await issuer.jwks());
  const published = createServer((_request, response) => void response.end(jwks));
  await new Promise<void>((resolve) => published.listen(0, '127.0.0.1', resolve));
  const [port = 0, adminPort = 0] = await freePorts(2);
  const service = await startService({
    name: `metrics-${sharedMs}`,
    app: 'metrics',
    home,
    port,
    readyPort: adminPort,
    env: {
      TESSERA_API_PUBLIC_URL: ISSUER,
      TESSERA_JWKS_URL: `http://127.0.0.1:${(published.address() as AddressInfo).port}/jwks.json`,
      TESSERA_METRICS_PORT: String(port),
      TESSERA_METRICS_ADMIN_PORT: String(adminPort),
      TESSERA_PROMETHEUS_URL: prometheusUrl,
      TESSERA_SCRAPE_INTERVAL_MS: String(SCRAPE_MS),
      TESSERA_METRICS_SHARED_MS: String(sharedMs),
      TESSERA_LOG_LEVEL: 'warn',
    },
  });
  return {
    ask: async ({ type, workload, start, end, samples }) => {
      const query = new URLSearchParams({
        metricType: type,
        start: new Date(start).toISOString(),
        end: new Date(end).toISOString(),
        numberOfSamples: String(samples),
      });
      const path = `/internal/v1/namespaces/${NAMESPACE}/workloads/${idOf(workload)}/metrics`;
      const response = await fetch(`http://127.0.0.1:${port}${path}?${query.toString()}`, {
        // The issuer gives the same token until half of its time has passed.
        headers: { authorization: `Bearer ${await issuer.serviceToken(METRICS_AUDIENCE)}` },
      });
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return response.json();
    },
    stop: async () => {
      await service.stop();
      await closeServer(published, 0);
    },
  };
}

/** The values of the one measurement of an answer; throws unless it has one. */
export function servedPoints(body: unknown): Point[] {
  const { measurements } = MetricsResponse.parse(body);
  const [measured, ...others] = measurements;
  if (measured === undefined || others.length > 0) throw new Error(`${measurements.length} measurements`);
  return (measured.values ?? []).map(({ timestamp, value }) => [
    Date.parse(timestamp ?? ''),
    Number(value ?? NaN),
  ]);
}
