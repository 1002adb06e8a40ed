import { join } from 'node:path';

/** Folder and addresses of one broker. */
export interface BrokerSettings {
  /** Folder used only by this broker, absolute. */
  readonly dataDir: string;
  /** Client port on 127.0.0.1. */
  readonly port: number;
  /** Port for the quorum of controllers, on 127.0.0.1. */
  readonly controllerPort: number;
  /** All members of a cluster, this one among them; a cluster of one unless given. */
  readonly cluster?: Cluster;
  /** A second client port, with TLS and SASL. */
  readonly secure?: SecureListener;
}

/** Brokers that are all controllers too. */
export interface Cluster {
  /** Shared by its members. */
  readonly id: string;
  readonly nodeId: number;
  readonly members: readonly { readonly nodeId: number; readonly controllerPort: number }[];
}

/** TLS with PLAIN and SCRAM on top, for the users named. */
export interface SecureListener {
  readonly port: number;
  /** PEM file of the private key and the certificate. */
  readonly keyFile: string;
  /** Passwords by name. */
  readonly users: Readonly<Record<string, string>>;
}

export const SCRAM_MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** Folder of the topics' data. */
export function logDirOf(dataDir: string): string {
  return join(dataDir, 'topics');
}

/**
 * `server.properties` of a KRaft broker on the loopback address: every member has a copy of what the brokers keep for
 * themselves, consumers join without waiting for others, topics only by request
 * (https://kafka.apache.org/42/documentation.html#brokerconfigs).
 */
export function brokerProperties({ dataDir, port, controllerPort, cluster, secure }: BrokerSettings): string {
  const nodeId = cluster?.nodeId ?? 1;
  const members = cluster?.members ?? [{ nodeId, controllerPort }];
  // One of three members may be down.
  const inSync = Math.max(1, members.length - 1);
  const clients = [
    `PLAINTEXT://127.0.0.1:${port}`,
    ...(secure === undefined ? [] : [`SECURE://127.0.0.1:${secure.port}`]),
  ];
  return toProperties({
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': members
      .map((one) => `${one.nodeId}@127.0.0.1:${one.controllerPort}`)
      .join(','),
    listeners: [...clients, `CONTROLLER://127.0.0.1:${controllerPort}`].join(','),
    'advertised.listeners': clients.join(','),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDirOf(dataDir),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'min.insync.replicas': inSync,
    ...internalTopics(members.length, inSync),
    ...(secure === undefined ? {} : secureProperties(secure)),
  });
}

type Settings = Readonly<Record<string, string | number | boolean>>;

const internalTopics = (replication: number, inSync: number): Settings => ({
  'offsets.topic.num.partitions': 4,
  'offsets.topic.replication.factor': replication,
  'transaction.state.log.num.partitions': 4,
  'transaction.state.log.replication.factor': replication,
  'transaction.state.log.min.isr': inSync,
  'share.coordinator.state.topic.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': replication,
  'share.coordinator.state.topic.min.isr': inSync,
});

/** SCRAM takes its users from the metadata, which the formatting writes; PLAIN takes them from here. */
function secureProperties({ keyFile, users }: SecureListener): Settings {
  const listed = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  const listener = 'listener.name.secure';
  return {
    [`${listener}.ssl.keystore.type`]: 'PEM',
    [`${listener}.ssl.keystore.location`]: keyFile,
    [`${listener}.sasl.enabled.mechanisms`]: ['PLAIN', ...SCRAM_MECHANISMS].join(','),
    [`${listener}.plain.sasl.jaas.config`]: `${PLAIN_MODULE} required ${listed.join(' ')};`,
    ...Object.fromEntries(
      SCRAM_MECHANISMS.map((mechanism) => [
        `${listener}.${mechanism.toLowerCase()}.sasl.jaas.config`,
        `${SCRAM_MODULE} required;`,
      ]),
    ),
  };
}

const PLAIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const SCRAM_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule';

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
export function toProperties(settings: Settings): string {
  const lines = Object.entries(settings).map(([key, value]) => {
    const escapedKey = key.replace(/[\\:= ]/g, '\\$&');
    const escapedValue = String(value).replace(/\\/g, '\\\\').replace(/^ /, '\\ ').replace(/\n/g, '\\n');
    return `${escapedKey}=${escapedValue}\n`;
  });
  return lines.join('');
}
