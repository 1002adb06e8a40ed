import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithServers } from '@tessera/platform-lifecycle';
import { findKafka, KAFKA_VERSION, libDirIn, type KafkaInstallation } from './installation';

/** Receives one line of progress. */
export type Log = (line: string) => void;

const POM = join(__dirname, 'pom.xml');

/** Minimum frequency of progress lines, ms, so that a slow download does not look like a hang. */
const HEARTBEAT_MS = 5_000;
const TAIL_LINES = 15;

/**
 * The broker's jars in the cache, fetched by Maven when they are not there; Java has to be there. Safe to be called by
 * several processes at once: each fetches into a folder of its own, and the first complete one wins.
 */
export async function ensureKafka({
  cacheDir,
  log,
}: {
  cacheDir: string;
  log: Log;
}): Promise<KafkaInstallation> {
  const before = findKafka({ cacheDir });
  if (before.found) return before.installation;
  if (before.missing !== 'jars') throw new Error(`Kafka ${KAFKA_VERSION}: ${before.reason}; ${before.how}`);

  const libDir = libDirIn(cacheDir);
  log(`Kafka ${KAFKA_VERSION}: downloading the broker's jars from Maven Central (about 45 MB)`);
  await mkdir(dirname(libDir), { recursive: true });
  const partial = await mkdtemp(`${libDir}-`);
  try {
    await copyDependencies(partial, log);
    const jars = (await readdir(partial)).length;
    await chmod(partial, 0o755);
    await rename(partial, libDir).catch((error: unknown) => {
      if (!existsSync(libDir)) throw error;
    });
    log(`Kafka ${KAFKA_VERSION}: ${jars} jars in ${libDir}`);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  const after = findKafka({ cacheDir });
  if (!after.found) throw new Error(`Kafka ${KAFKA_VERSION}: ${after.reason}`);
  return after.installation;
}

async function copyDependencies(outputDirectory: string, log: Log): Promise<void> {
  const goal = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${outputDirectory}`,
  ];
  const { child } = endWithServers(() => ({
    child: spawn('mvn', ['--batch-mode', '--file', POM, ...goal], { stdio: ['ignore', 'pipe', 'inherit'] }),
  }));
  const lines: string[] = [];
  let downloaded = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/Downloaded from/.test(line)) downloaded += 1;
    else if (!/Downloading from/.test(line)) lines.push(line);
  });
  const life = setInterval(() => log(`Kafka ${KAFKA_VERSION}: ${downloaded} files so far`), HEARTBEAT_MS);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return;
    const tail = lines.slice(-TAIL_LINES).join('\n');
    throw new Error(
      `Kafka ${KAFKA_VERSION}: Maven could not download the jars (exit code ${code}):\n${tail}`,
    );
  } finally {
    clearInterval(life);
  }
}
