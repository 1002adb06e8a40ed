import { cacheDir } from '@tessera/platform-config';
import { ensureKafka } from './ensure';

/** Fetches the broker's jars into the cache. */
ensureKafka({ cacheDir: cacheDir(), log: (line) => console.log(line) }).then(
  ({ libDir }) => console.log(`Kafka is ready in ${libDir}`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
