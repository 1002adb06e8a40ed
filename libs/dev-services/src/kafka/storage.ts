import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endWithServers } from '@tessera/platform-lifecycle';
import type { KafkaInstallation } from './installation';
import { logDirOf, SCRAM_MECHANISMS, type BrokerSettings, type SecureListener } from './properties';

/** Options of every Java program here: small heap, and a start that is quick on two cores. */
export const JAVA_OPTIONS = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] as const;

/** Identifier in the form that Kafka prints: 16 random bytes in URL-safe base64, never starting with a dash. */
export function clusterId(random: (size: number) => Buffer = randomBytes): string {
  return random(16).toString('base64url').replace(/^-/, 'A');
}

/**
 * Formats the storage once. A folder whose formatting was cut short is formatted again, which loses nothing: no broker has
 * run on it yet. Storage that is complete is left as it is.
 */
export async function formatOnce(
  installation: KafkaInstallation,
  { dataDir, cluster, secure }: Pick<BrokerSettings, 'dataDir' | 'cluster' | 'secure'>,
  properties: string,
): Promise<void> {
  const done = join(dataDir, 'cluster-id');
  if (existsSync(done)) return;
  await rm(logDirOf(dataDir), { recursive: true, force: true });
  const id = cluster?.id ?? clusterId();
  const args = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties, ...scramUsers(secure)];
  const classPath = ['-cp', join(installation.libDir, '*')];
  const words = [...JAVA_OPTIONS, ...classPath, ...args];
  const format = () => promisify(execFile)(installation.java, words, { timeout: 60_000 });
  await endWithServers(format).catch((error: Error & { stdout?: string; stderr?: string }) => {
    const output = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim();
    throw new Error(`cannot format Kafka's storage in ${dataDir}: ${output || error.message}`);
  });
  await writeFile(`${done}.new`, `${id}\n`);
  await rename(`${done}.new`, done);
}

const scramUsers = (secure: SecureListener | undefined): readonly string[] =>
  Object.entries(secure?.users ?? {}).flatMap(([name, password]) =>
    SCRAM_MECHANISMS.flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  );
