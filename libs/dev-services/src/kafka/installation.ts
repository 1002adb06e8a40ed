import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The broker's version; `pom.xml` names the same one, and the cache is keyed by it. */
export const KAFKA_VERSION = '4.2.0';

/** Oldest Java that Kafka 4 brokers run on (https://kafka.apache.org/42/documentation.html, "Java Version"). */
const OLDEST_JAVA = 17;

/** The command that builds what is missing. */
export const BUILD_COMMAND = 'npm run build:kafka';

/** An installed broker. */
export interface KafkaInstallation {
  readonly version: string;
  /** Folder of all jars. */
  readonly libDir: string;
  /** The Java program, absolute. */
  readonly java: string;
}

/** Result of the search: the installation, or what is missing first, why, and what to do. */
export type KafkaSearch =
  | { readonly found: true; readonly installation: KafkaInstallation }
  | {
      readonly found: false;
      /** `jars` means that everything needed to download them is installed. */
      readonly missing: 'java' | 'maven' | 'jars';
      readonly reason: string;
      readonly how: string;
    };

type Env = Readonly<Record<string, string | undefined>>;

/** Folder of the jars of this version, whether or not they exist. */
export function libDirIn(cacheDir: string): string {
  return join(cacheDir, `kafka-${KAFKA_VERSION}`, 'lib');
}

/** Looks for Java and the jars, and for Maven when the jars are missing; starts nothing but `java -version`. */
export function findKafka({ cacheDir, env = process.env }: { cacheDir: string; env?: Env }): KafkaSearch {
  const java = findJava(env);
  if (java.path === undefined) {
    return {
      found: false,
      missing: 'java',
      reason: java.reason,
      how: `install Java ${OLDEST_JAVA} or newer, or set JAVA_HOME`,
    };
  }
  const libDir = libDirIn(cacheDir);
  if (existsSync(libDir)) {
    return { found: true, installation: { version: KAFKA_VERSION, libDir, java: java.path } };
  }
  if (onPath('mvn', env) === undefined) {
    return {
      found: false,
      missing: 'maven',
      reason: `no jars in ${libDir}, and no mvn on the PATH to fetch them`,
      how: `install Maven, then ${BUILD_COMMAND}`,
    };
  }
  return { found: false, missing: 'jars', reason: `no jars in ${libDir}`, how: BUILD_COMMAND };
}

/** First program of that name on the PATH, absolute. */
export function onPath(name: string, env: Env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.length > 0);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Major version in the output of `java -version`: 17 for `version "17.0.15"`, 8 for `version "1.8.0_392"`. */
export function javaMajor(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match ? Number(match[1]) : undefined;
}

function findJava(env: Env): { path: string } | { path: undefined; reason: string } {
  const home = env['JAVA_HOME'];
  const path = home ? join(home, 'bin', 'java') : onPath('java', env);
  if (path === undefined) return { path: undefined, reason: 'no java on the PATH' };
  const { stderr, error } = spawnSync(path, ['-version'], { encoding: 'utf8', timeout: 20_000 });
  if (error) return { path: undefined, reason: `cannot run ${path}: ${error.message}` };
  const major = javaMajor(stderr);
  if (major === undefined) return { path: undefined, reason: `${path} does not print its version` };
  if (major < OLDEST_JAVA) {
    return { path: undefined, reason: `${path} is Java ${major}, Kafka needs ${OLDEST_JAVA} or newer` };
  }
  return { path };
}
