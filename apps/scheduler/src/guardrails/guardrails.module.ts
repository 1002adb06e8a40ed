import { Module } from '@nestjs/common';
import type { SchedulerConfig } from '../config';
import { CONFIG } from '../settings/tokens';
import { guardrailSettings, ProjectGuardrails } from './guardrails';

/** The settings from the operator's file (`GuardrailSettings`), which is read once. */
export const GUARDRAIL_SETTINGS = Symbol('guardrail settings');

/** What the workloads of each project may request. */
@Module({
  providers: [
    { provide: GUARDRAIL_SETTINGS, inject: [CONFIG], useFactory: guardrailSettings },
    {
      provide: ProjectGuardrails,
      inject: [GUARDRAIL_SETTINGS, CONFIG],
      useFactory: ({ rules }: ReturnType<typeof guardrailSettings>, config: SchedulerConfig) =>
        new ProjectGuardrails(rules, config),
    },
  ],
  exports: [GUARDRAIL_SETTINGS, ProjectGuardrails],
})
export class GuardrailsModule {}
