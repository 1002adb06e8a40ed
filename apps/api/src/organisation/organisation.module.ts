import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import type { EventLog } from '@tessera/application-messaging';
import type {
  AccessStore,
  ControlPlaneDependencies,
  NamespaceRules,
  OrganisationStore,
  RegistrationDependencies,
  Secrets,
} from '@tessera/application-control-plane';
import { namespaceOf } from '@tessera/contracts-kubernetes';
import type { ApiConfig } from '../config';
import { IdentityModule } from '../identity/identity.module';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { EventLogModule } from '../platform/event-log.module';
import { ACCESS, API_CONFIG, CONTROL_PLANE, EVENT_LOG, ORGANISATION, SECRETS } from '../providers';
import { ServicesModule } from '../services/services.module';
import { ClustersController, REGISTRATION } from './clusters.controller';
import { DepartmentsController } from './departments.controller';
import { NodePoolsController } from './node-pools.controller';
import { NodesController } from './nodes.controller';
import { NAMESPACE_RULES, ProjectsController } from './projects.controller';

/** Departments and projects, and the clusters, nodes and node pools below them. */
@Module({
  imports: [ControlPlaneModule, EventLogModule, IdentityModule, ServicesModule],
  controllers: [
    ClustersController,
    DepartmentsController,
    NodePoolsController,
    NodesController,
    ProjectsController,
  ],
  providers: [
    {
      provide: NAMESPACE_RULES,
      inject: [API_CONFIG, CONTROL_PLANE],
      useFactory: (config: ApiConfig, { guardrails }: ControlPlaneDependencies): NamespaceRules => ({
        reserved: config.TESSERA_RESERVED_NAMESPACES,
        guardrails: guardrails.rules,
        generated: namespaceOf,
      }),
    },
    {
      provide: REGISTRATION,
      inject: [ORGANISATION, ACCESS, SECRETS, EVENT_LOG, API_CONFIG],
      useFactory: (
        store: OrganisationStore,
        access: AccessStore,
        secrets: Secrets,
        log: EventLog,
        config: ApiConfig,
      ): RegistrationDependencies => ({
        store,
        access,
        secrets,
        newId: randomUUID,
        topicPrefix: config.TESSERA_TOPIC_PREFIX,
        nodePoolLabel: config.TESSERA_NODE_POOL_LABEL,
        ensureTopics: (topics) => log.ensureTopics(topics),
      }),
    },
  ],
})
export class OrganisationModule {}
