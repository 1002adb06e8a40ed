import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createTokenVerifier, METRICS_AUDIENCE, serviceIssuerOf } from '@tessera/adapter-oidc';
import { closeServer, createAdminServer } from '@tessera/platform-http';
import { Health, type Stop } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import type { MetricsConfig } from './config';
import { createServer } from './http/server';
import { metricsOfMetrics } from './metrics';
import { openSource } from './source';

export interface ServiceDependencies {
  readonly config: MetricsConfig;
  readonly logger: Logger;
  readonly clock: { now(): number };
  readonly version: string;
}

export interface MetricsService {
  /** Not listening yet. */
  readonly app: NestFastifyApplication;
  /** Health and metrics; not listening yet either. */
  readonly admin: Server;
  /** Services to stop, in order. */
  readonly stops: readonly Stop[];
}

/** Scrapes that a rate looks back over, so that a late or lost one leaves enough samples. */
const SCRAPES_PER_RATE = 4;

/** Wires the service together; its own scrapes begin, nothing listens yet. */
export async function createMetricsService(parts: ServiceDependencies): Promise<MetricsService> {
  const { config, logger, clock } = parts;
  const health = new Health();
  const registry = createRegistry('metrics', parts.version);
  const metrics = metricsOfMetrics(registry);
  const { source, stops } = openSource({ config, clock, health, metrics, logger });
  const verifier = createTokenVerifier(serviceIssuerOf(config, METRICS_AUDIENCE), { now: () => clock.now() });
  const rateWindowMs = SCRAPES_PER_RATE * config.TESSERA_SCRAPE_INTERVAL_MS;
  const dependencies = { source, clock, rateWindowMs };
  const app = await createServer({ dependencies, verifier, metrics }, logger);
  const admin = createAdminServer({ health, registry });
  return {
    app,
    admin,
    stops: [
      { name: 'readiness', stop: () => health.beginStop() },
      { name: 'http', stop: () => app.close() },
      { name: 'admin server', stop: () => closeServer(admin) },
      ...stops,
    ],
  };
}
