import { randomInt, randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { PostgresDirectory, PostgresWorkloadStore } from '@tessera/adapter-postgres';
import type { ControlPlaneDependencies } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';
import type { ApiConfig } from '../config';
import { API_CONFIG, CLOCK, CONTROL_PLANE } from '../providers';
import { guardrailsOf } from './guardrails';
import { StoresModule } from './stores.module';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The dependencies of the use cases of the control plane. */
@Module({
  imports: [StoresModule],
  providers: [
    {
      provide: CONTROL_PLANE,
      inject: [API_CONFIG, PostgresWorkloadStore, PostgresDirectory, CLOCK],
      useFactory: (
        config: ApiConfig,
        store: PostgresWorkloadStore,
        directory: PostgresDirectory,
        clock: Clock,
      ): ControlPlaneDependencies => ({
        store,
        directory,
        guardrails: guardrailsOf(config),
        clock,
        newId: randomUUID,
        newSuffix,
        topicPrefix: config.TESSERA_TOPIC_PREFIX,
        specSettings: { gpuMemoryEnforcement: config.TESSERA_GPU_MEMORY_ENFORCEMENT },
      }),
    },
  ],
  exports: [CONTROL_PLANE, StoresModule],
})
export class ControlPlaneModule {}

const newSuffix = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
