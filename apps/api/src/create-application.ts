import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiAdapter } from './http/adapter';

/** Bodies are received by the HTTP module; Nest logs nothing of its own, and a failed start is thrown. */
export const APPLICATION_OPTIONS = { bodyParser: false, logger: false, abortOnError: false } as const;

/** The application of a module, with all providers made and no hook called yet. Throws what a provider throws. */
export const createApplication = (module: Type): Promise<NestFastifyApplication> =>
  NestFactory.create<NestFastifyApplication>(module, new ApiAdapter(), APPLICATION_OPTIONS);
