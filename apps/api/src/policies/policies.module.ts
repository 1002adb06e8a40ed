import { Module } from '@nestjs/common';
import type {
  ControlPlaneDependencies,
  OrganisationStore,
  PolicyDependencies,
} from '@tessera/application-control-plane';
import type { ApiConfig } from '../config';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { API_CONFIG, CONTROL_PLANE, ORGANISATION } from '../providers';
import { POLICIES, PoliciesController } from './policies.controller';

/** Policies of projects. */
@Module({
  imports: [ControlPlaneModule],
  controllers: [PoliciesController],
  providers: [
    {
      provide: POLICIES,
      inject: [ORGANISATION, CONTROL_PLANE, API_CONFIG],
      useFactory: (
        store: OrganisationStore,
        { guardrails, specSettings, clock }: ControlPlaneDependencies,
        { TESSERA_RECORD_LIMIT_BYTES: recordLimit }: ApiConfig,
      ): PolicyDependencies => ({ store, guardrails, specSettings, clock, recordLimit }),
    },
  ],
})
export class PoliciesModule {}
