import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startServer, untilReady } from '@tessera/platform-lifecycle';
import { Kafka, logLevel } from 'kafkajs';
import type { Log } from './ensure';
import type { KafkaInstallation } from './installation';
import { brokerProperties, LOGGING_OPTIONS, type BrokerSettings } from './properties';
import { formatOnce, JAVA_OPTIONS } from './storage';

/** A running broker. */
export interface KafkaBroker {
  /** `host:port`, for the brokers setting of a client. */
  readonly brokers: string;
  readonly pid: number;
  /** Resolves with the exit reason, whether stopped or crashed. */
  readonly ended: Promise<string>;
  /** Stops it cleanly; its data is kept. */
  stop(): Promise<void>;
}

export interface StartKafka extends BrokerSettings {
  readonly installation: KafkaInstallation;
  readonly log: Log;
}

const READY_LIMIT_MS = 60_000;
/** Time for a clean stop before the broker is killed. */
const STOP_LIMIT_MS = 20_000;
/** Group whose coordinator is asked for, so that the offsets topic exists before the first consumer comes. */
const PROBE_GROUP = 'tessera-readiness';

/**
 * Starts a broker on 127.0.0.1, alone or as a member of a cluster, and resolves when clients can use it: the metadata
 * names the broker and the group coordinator answers. Data in `dataDir` is created by the first start and kept by the
 * next ones. Throws with the end of the broker's log when it does not come up; nothing is left running then.
 */
export async function startKafka({ installation, log, ...given }: StartKafka): Promise<KafkaBroker> {
  const settings = { ...given, dataDir: resolve(given.dataDir) };
  const { dataDir, port, controllerPort } = settings;
  await mkdir(dataDir, { recursive: true });
  const properties = join(dataDir, 'server.properties');
  await writeFile(properties, brokerProperties(settings));
  await formatOnce(installation, settings, properties);

  const started = performance.now();
  const server = await startServer({
    name: 'Kafka',
    command: installation.java,
    args: [
      ...JAVA_OPTIONS,
      ...LOGGING_OPTIONS,
      ...['-cp', join(installation.libDir, '*')],
      ...['kafka.Kafka', properties],
    ],
    logFile: join(dataDir, 'broker.log'),
    pidFile: join(dataDir, 'broker.pid'),
    ports: [port, controllerPort, ...(settings.secure === undefined ? [] : [settings.secure.port])],
    stopLimitMs: STOP_LIMIT_MS,
  });
  const brokers = `127.0.0.1:${port}`;
  try {
    await untilReady(server, () => answers(brokers), READY_LIMIT_MS);
  } catch (error) {
    await server.stop();
    throw error;
  }
  log(
    `Kafka ${installation.version} answers on ${brokers} after ${Math.round(performance.now() - started)} ms`,
  );
  return { brokers, pid: server.pid, ended: server.ended, stop: () => server.stop() };
}

/** The calls of a client: metadata, then the coordinator of a group. */
async function answers(brokers: string): Promise<void> {
  const kafka = new Kafka({
    clientId: 'tessera-readiness',
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers: known } = await admin.describeCluster();
    if (known.length === 0) throw new Error('no broker has registered yet');
    await admin.fetchOffsets({ groupId: PROBE_GROUP });
  } finally {
    await admin.disconnect();
  }
}
