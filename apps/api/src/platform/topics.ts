import { checkTopics, type DeclaredTopics, type EventLog } from '@tessera/application-messaging';
import {
  commandsTopic,
  deadLetterMarksTopic,
  deadLetterTopic,
  eventsTopic,
  usageTopic,
  workloadsTopic,
} from '@tessera/contracts-events';
import { createLogger } from '@tessera/platform-logging';
import { apiConfig, type ApiConfig } from '../config';
import { openEventLog } from './event-log';

/** Every topic of the platform, with the dead-letter topics of those that the API and the named clusters consume. */
export function declaredTopics(config: ApiConfig, clusterIds: readonly string[] = []): DeclaredTopics {
  const prefix = config.TESSERA_TOPIC_PREFIX;
  const topics = [
    eventsTopic(prefix),
    workloadsTopic(prefix),
    usageTopic(prefix),
    ...clusterIds.map((id) => commandsTopic(prefix, id)),
  ];
  return {
    topics: [...topics, ...topics.map(({ name }) => deadLetterTopic(name)), deadLetterMarksTopic(prefix)],
    partitions: config.TESSERA_TOPIC_PARTITIONS,
    replication: config.TESSERA_TOPIC_REPLICATION,
  };
}

/**
 * Creates missing topics; throws when an existing one differs from its declaration. Returns the differences that are
 * allowed.
 */
export async function provision(log: EventLog, declared: DeclaredTopics): Promise<readonly string[]> {
  const remarks = await checkTopics(log, declared);
  await log.ensureTopics(declared.topics);
  return remarks;
}

/**
 * `main.js provision-topics [cluster id]...`: creates the topics with the declared partitions, replication, retention
 * and clean-up, checks existing ones, prints all of them and exits. For brokers on which the services may not create
 * topics.
 */
export async function provisionTopics(): Promise<void> {
  const config = apiConfig(process.env);
  const log = openEventLog(config, createLogger('api', config.TESSERA_LOG_LEVEL));
  try {
    const declared = declaredTopics(config, process.argv.slice(3));
    for (const remark of await provision(log, declared)) process.stderr.write(`${remark}\n`);
    const states = await log.describeTopics(declared.topics.map(({ name }) => name));
    for (const state of states) process.stdout.write(`${JSON.stringify(state)}\n`);
  } finally {
    await log.close();
  }
}
