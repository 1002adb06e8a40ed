import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Leadership } from './leadership/leadership';
import { SchedulerModule } from './scheduler.module';
import type { Settings } from './settings/settings.module';

/** A what-if request contains a command, which is a request of the API plus the data of its project. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** The HTTP server below Nest. */
export const fastifyAdapter = (): FastifyAdapter => new FastifyAdapter({ bodyLimit: MAX_BODY_BYTES });

/** Signatures cover the body as it was sent. */
export const NEST_OPTIONS = { logger: false, rawBody: true } as const;

/** Creates the scheduler: its database and event log are open, nothing listens and nothing runs yet. */
export const createScheduler = (settings: Settings): Promise<NestFastifyApplication> =>
  NestFactory.create<NestFastifyApplication>(SchedulerModule.of(settings), fastifyAdapter(), {
    ...NEST_OPTIONS,
    abortOnError: false,
  });

/** Listens, then applies for the lease. Resolves once this scheduler leads, or stops. */
export async function runScheduler(app: NestFastifyApplication, { config, logger }: Settings): Promise<void> {
  await app.listen(config.TESSERA_SCHEDULER_PORT, config.TESSERA_HOST);
  const leadership = app.get(Leadership);
  await leadership.lead();
  if (leadership.leading) logger.info({ cluster: config.TESSERA_CLUSTER_ID }, 'scheduler became leader');
}
