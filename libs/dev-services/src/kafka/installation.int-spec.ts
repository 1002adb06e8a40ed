import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKafka, javaMajor, KAFKA_VERSION, libDirIn } from './installation';
import { clusterId } from './storage';

describe('findKafka', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tessera-kafka-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string, says = ''): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}' >&2\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const find = (): ReturnType<typeof findKafka> => findKafka({ cacheDir: folder, env: { PATH: folder } });

  it('requires Java first', () => {
    expect(find()).toMatchObject({ found: false, missing: 'java', reason: 'no java on the PATH' });
  });

  it('rejects an old Java', () => {
    program('java', 'openjdk version "11.0.2"');
    expect(find()).toMatchObject({
      missing: 'java',
      reason: expect.stringContaining('is Java 11') as string,
    });
  });

  it('requires Maven while the jars are missing', () => {
    program('java', 'openjdk version "17.0.15"');
    expect(find()).toMatchObject({ missing: 'maven' });
  });

  it('names the command that fetches the jars', () => {
    program('java', 'openjdk version "21"');
    program('mvn');
    expect(find()).toMatchObject({ missing: 'jars', how: 'npm run build:kafka' });
  });

  it('needs no Maven once the jars are fetched', () => {
    program('java', 'openjdk version "17.0.15"');
    mkdirSync(libDirIn(folder), { recursive: true });
    expect(find()).toEqual({
      found: true,
      installation: { version: KAFKA_VERSION, libDir: libDirIn(folder), java: join(folder, 'java') },
    });
  });
});

it('the pom names the version that the cache is keyed by', () => {
  const pom = readFileSync(join(__dirname, 'pom.xml'), 'utf8');
  const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1];
  expect(version).toBe(KAFKA_VERSION);
});

it.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_392"', 8],
  ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25-ea"', 25],
  ['', undefined],
])('javaMajor of %j is %p', (output, major) => {
  expect(javaMajor(output)).toBe(major);
});

it('a cluster identifier has 22 characters and does not look like an option', () => {
  expect(clusterId((size) => Buffer.alloc(size, 0xff))).toBe('_'.repeat(21) + 'w');
  expect(clusterId((size) => Buffer.alloc(size, 0xfb))).toMatch(/^A[\w-]{21}$/);
});
