import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CLUSTER, ClusterController, type ClusterDependencies } from './cluster-controller';
import { SIMULATION, SimulationController, type SimulationDependencies } from './simulation-controller';

/** Dependencies of the endpoints for other services. */
export type InternalDependencies = SimulationDependencies & ClusterDependencies;

@Module({})
class SchedulerModule {
  static of(parts: InternalDependencies): DynamicModule {
    return {
      module: SchedulerModule,
      controllers: [SimulationController, ClusterController],
      providers: [SIMULATION, CLUSTER].map((provide) => ({ provide, useValue: parts })),
    };
  }
}

/** A what-if request contains a command, which is a request of the API plus the data of its project. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Creates the scheduler's server, ready to listen: what-if requests, nodes and logs, for the API. */
export async function createServer(parts: InternalDependencies): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: MOST_BYTES });
  const app = await NestFactory.create<NestFastifyApplication>(SchedulerModule.of(parts), adapter, {
    logger: false,
    abortOnError: false,
  });
  await app.init();
  return app;
}
