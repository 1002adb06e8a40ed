import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ensureApplication, LOCAL, seedLocalOrganisation } from '@tessera/adapter-postgres';
import type { EventLog } from '@tessera/application-messaging';
import type { Secrets } from '@tessera/application-control-plane';
import { commandsTopic } from '@tessera/contracts-events';
import type { ApiConfig } from '../config';
import { IdentityModule } from '../identity/identity.module';
import { API_CONFIG, EVENT_LOG, SECRETS } from '../providers';
import { DatabaseModule } from './database.module';
import { EventLogModule } from './event-log.module';

/** Creates the local organisation and the first application, where the configuration names them. */
@Module({ imports: [DatabaseModule, EventLogModule, IdentityModule] })
export class SeedModule implements OnModuleInit {
  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly dataSource: DataSource,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(SECRETS) private readonly secrets: Secrets,
  ) {}

  async onModuleInit(): Promise<void> {
    const { config, dataSource, log } = this;
    if (config.TESSERA_API_SEED === 'local') {
      await seedLocalOrganisation(dataSource, config.TESSERA_NODE_POOL_LABEL);
      await log.ensureTopics([commandsTopic(config.TESSERA_TOPIC_PREFIX, LOCAL.clusterId)]);
    }
    const { TESSERA_APPLICATION_ID: clientId, TESSERA_APPLICATION_SECRET: secret } = config;
    if (clientId === undefined || secret === undefined) return;
    await ensureApplication(dataSource, { clientId, secret, tenantId: LOCAL.tenantId }, this.secrets);
  }
}
