import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { EventLog } from '@tessera/application-messaging';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { API_CONFIG, EVENT_LOG, LOGGER } from '../providers';
import { EventLogModule } from './event-log.module';
import { declaredTopics, provision } from './topics';

/** Creates the topics before any loop consumes them: init hooks run before those of the bootstrap. */
@Module({ imports: [EventLogModule] })
export class TopicsModule implements OnModuleInit {
  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const remark of await provision(this.log, declaredTopics(this.config))) this.logger.warn(remark);
  }
}
