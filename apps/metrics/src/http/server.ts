import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '@tessera/platform-logging';
import { ErrorFilter } from './errors';
import { MetricsController, PARTS, type ControllerDependencies } from './metrics-controller';

@Module({})
class MetricsModule {
  static of(parts: ControllerDependencies): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [MetricsController],
      providers: [{ provide: PARTS, useValue: parts }],
    };
  }
}

/** Longest pod name that Kubernetes allows. */
const LONGEST_PARAMETER = 253;

/** The HTTP server: Nest on Fastify, ready to listen. */
export async function createServer(
  parts: ControllerDependencies,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    genReqId: () => randomUUID(),
  });
  const app = await NestFactory.create<NestFastifyApplication>(MetricsModule.of(parts), adapter, {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ErrorFilter(logger));
  await app.init();
  await adapter.getInstance().ready();
  return app;
}
