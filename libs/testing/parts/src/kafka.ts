import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { findKafka, startKafka, type KafkaBroker } from '@tessera/tool-kafka';
import { freePorts } from './free-ports';

/** A broker for one test file; start it in `beforeAll` with a limit of `PART_START_MS`. */
export interface TestKafka {
  /** `host:port`; stays the same when it is started again. */
  readonly brokers: string;
  readonly pid: number;
  /** Ends it; its data stays. */
  stop(): Promise<void>;
  /** SIGKILL, as if the machine had died. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  startAgain(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Starts a real broker on free ports, with data in a temporary folder. Throws when Kafka is not built. */
export async function testKafka(): Promise<TestKafka> {
  const search = findKafka({ cacheDir: cacheDir() });
  if (!search.found) throw new Error(`${search.reason}; ${search.how}`);
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-test-kafka-'));
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const { installation } = search;
  const start = (): Promise<KafkaBroker> =>
    startKafka({ installation, dataDir, port, controllerPort, log: () => undefined });
  let broker = await start();
  return {
    brokers: broker.brokers,
    get pid() {
      return broker.pid;
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
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
