import { checkTopics, type EventLog } from '@tessera/application-messaging';
import { commandsTopic, eventsTopic, usageTopic, workloadsTopic } from '@tessera/contracts-events';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';

/** Creates the missing topics of the scheduler; throws if existing ones differ from the settings. */
export async function prepareTopics(log: EventLog, config: SchedulerConfig, logger: Logger): Promise<void> {
  const topics = [
    commandsTopic(config.TESSERA_TOPIC_PREFIX, config.TESSERA_CLUSTER_ID),
    eventsTopic(config.TESSERA_TOPIC_PREFIX),
    workloadsTopic(config.TESSERA_TOPIC_PREFIX),
    usageTopic(config.TESSERA_TOPIC_PREFIX),
  ];
  const remarks = await checkTopics(log, {
    topics,
    partitions: config.TESSERA_TOPIC_PARTITIONS,
    replication: config.TESSERA_TOPIC_REPLICATION,
  });
  for (const remark of remarks) logger.warn(remark);
  await log.ensureTopics(topics);
}
