import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mountAdmin, type Admin } from '@tessera/platform-http';

@Module({})
class SchedulerModule {}

/** The scheduler's admin server, ready to listen. */
export async function createServer(admin: Admin): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(SchedulerModule, adapter, {
    logger: false,
    abortOnError: false,
  });
  mountAdmin(adapter.getInstance() as never, admin);
  await app.init();
  return app;
}
