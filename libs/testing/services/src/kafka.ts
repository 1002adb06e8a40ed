import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import {
  clusterId,
  findKafka,
  startKafka,
  type BrokerSettings,
  type KafkaBroker,
  type SecureListener,
} from '@tessera/dev-services/kafka';
import { freePorts } from '@tessera/dev-services';

/** A broker for one test file; start it in `beforeAll` with a limit of `SERVICE_START_MS`. */
export interface TestKafka {
  /** `host:port`; stays the same after a restart. */
  readonly brokers: string;
  readonly pid: number;
  /** Resolves with the exit reason, whether stopped or crashed. */
  readonly ended: Promise<string>;
  /** Stops it; its data is kept. */
  stop(): Promise<void>;
  /** Sends SIGKILL, as in a machine failure. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  startAgain(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export interface TestKafkaOptions {
  /** Data folder, which the caller removes; default a temporary one. */
  readonly dataDir?: string;
  readonly secure?: SecureListener;
}

/** Starts a real broker on free ports. Throws if Kafka is not built. */
export async function testKafka(options: TestKafkaOptions = {}): Promise<TestKafka> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  return testBroker({ ...options, port, controllerPort });
}

/** Starts a cluster of three real brokers; each holds a copy of everything. */
export async function testKafkaCluster(): Promise<readonly TestKafka[]> {
  const ports = await freePorts(6);
  const members = [1, 2, 3].map((nodeId) => ({ nodeId, controllerPort: ports[2 + nodeId] ?? 0 }));
  const id = clusterId();
  return Promise.all(
    members.map(({ nodeId, controllerPort }) =>
      testBroker({ port: ports[nodeId - 1] ?? 0, controllerPort, cluster: { id, nodeId, members } }),
    ),
  );
}

async function testBroker(
  given: Partial<BrokerSettings> & Omit<BrokerSettings, 'dataDir'>,
): Promise<TestKafka> {
  const search = findKafka({ cacheDir: cacheDir() });
  if (!search.found) throw new Error(`${search.reason}; ${search.how}`);
  const dataDir = given.dataDir ?? (await mkdtemp(join(tmpdir(), 'tessera-test-kafka-')));
  const { installation } = search;
  const start = (): Promise<KafkaBroker> =>
    startKafka({ ...given, installation, dataDir, log: () => undefined });
  let broker = await start();
  return {
    brokers: broker.brokers,
    get pid() {
      return broker.pid;
    },
    get ended() {
      return broker.ended;
    },
    stop: () => broker.stop(),
    kill: async () => {
      process.kill(broker.pid, 'SIGKILL');
      await broker.ended;
    },
    startAgain: async () => {
      broker = await start();
    },
    remove: async () => {
      await broker.stop();
      if (given.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
