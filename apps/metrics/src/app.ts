import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { MetricsModule } from './metrics.module';
import type { Settings } from './settings/settings.module';

/** Longest pod name that Kubernetes allows. */
const LONGEST_PARAMETER = 253;

/** The HTTP server below Nest. */
export const fastifyAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    genReqId: () => randomUUID(),
  });

/** The raw body is what schedulers sign. */
export const NEST_OPTIONS = { logger: false, rawBody: true } as const;

/** Creates the metrics service; nothing listens and no scrape runs yet. */
export const createMetricsService = (settings: Settings): Promise<NestFastifyApplication> =>
  NestFactory.create<NestFastifyApplication>(MetricsModule.of(settings), fastifyAdapter(), {
    ...NEST_OPTIONS,
    abortOnError: false,
  });
