import { join } from 'node:path';

/** Where one broker keeps its things and listens. */
export interface BrokerSettings {
  /** Folder of this broker alone, absolute. */
  readonly dataDir: string;
  /** Client port on 127.0.0.1. */
  readonly port: number;
  /** Port of the quorum of one, on 127.0.0.1. */
  readonly controllerPort: number;
}

/** Folder of the topics' data. */
export function logDirOf(dataDir: string): string {
  return join(dataDir, 'topics');
}

/**
 * `server.properties` of a single-node KRaft broker on the loopback address: one replica of everything, consumers join
 * without waiting for others, topics only by request
 * (https://kafka.apache.org/42/documentation.html#brokerconfigs).
 */
export function brokerProperties({ dataDir, port, controllerPort }: BrokerSettings): string {
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDirOf(dataDir),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  };
  return toProperties(settings);
}

/** Settings of slf4j-simple: warnings and the server's own milestones, to the standard error output, with a time. */
export const LOGGING_OPTIONS = Object.entries({
  defaultLogLevel: 'warn',
  'log.kafka.server': 'info',
  showDateTime: true,
  dateTimeFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  showThreadName: false,
  showShortLogName: true,
}).map(([name, value]) => `-Dorg.slf4j.simpleLogger.${name}=${value}`);

/** Text in the format of java.util.Properties: backslashes and, in keys, separators are escaped. */
export function toProperties(settings: Readonly<Record<string, string | number | boolean>>): string {
  const lines = Object.entries(settings).map(([key, value]) => {
    const escapedKey = key.replace(/[\\:= ]/g, '\\$&');
    const escapedValue = String(value).replace(/\\/g, '\\\\').replace(/^ /, '\\ ').replace(/\n/g, '\\n');
    return `${escapedKey}=${escapedValue}\n`;
  });
  return lines.join('');
}
