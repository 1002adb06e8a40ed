import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mountAdmin, type Admin } from '@tessera/platform-http';
import { SIMULATION, SimulationController, type SimulationParts } from './simulation-controller';

@Module({})
class SchedulerModule {
  static of(parts: SimulationParts): DynamicModule {
    return {
      module: SchedulerModule,
      controllers: [SimulationController],
      providers: [{ provide: SIMULATION, useValue: parts }],
    };
  }
}

/** The scheduler's server, ready to listen: health, metrics and the what-if question. */
export async function createServer(admin: Admin, parts: SimulationParts): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(SchedulerModule.of(parts), adapter, {
    logger: false,
    abortOnError: false,
  });
  mountAdmin(adapter.getInstance() as never, admin);
  await app.init();
  return app;
}
