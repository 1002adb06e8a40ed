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
} from '@tessera/tool-kafka';
import { freePorts } from './free-ports';

/** A broker for one test file; start it in `beforeAll` with a limit of `SERVICE_START_MS`. */
export interface TestKafka {
  /** `host:port`; stays the same when it is started again. */
  readonly brokers: string;
  readonly pid: number;
  /** Resolves with how it ended, asked for or not. */
  readonly ended: Promise<string>;
  /** Ends it; its data stays. */
  stop(): Promise<void>;
  /** SIGKILL, as if the machine had died. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  startAgain(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export interface TestKafkaOptions {
  /** Folder of its data, kept by whoever made it; a temporary one unless given. */
  readonly dataDir?: string;
  readonly secure?: SecureListener;
}

/** Starts a real broker on free ports. Throws when Kafka is not built. */
export async function testKafka(options: TestKafkaOptions = {}): Promise<TestKafka> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  return testBroker({ ...options, port, controllerPort });
}

/** Starts three real brokers that are one cluster; each keeps a copy of everything. */
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
