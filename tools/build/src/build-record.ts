import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Name of the file, beside a bundle, that says what it was built from. */
export const RECORD = 'build-record.json';
/** What a build leaves besides its record. */
const OUTPUTS = ['main.js', 'main.js.map', 'sbom.cdx.json'];

/** Digests of files by path from the root of the workspace. */
type Digests = Readonly<Record<string, string>>;

/**
 * The record of a build: digests of the inputs, of the manifests of their packages, which say what an import means, and
 * of the outputs in `folder`.
 */
export function recordOf(folder: string, inputs: readonly string[]): Uint8Array {
  const manifests = new Set(inputs.map(manifestOf).filter((path) => path !== undefined));
  const files = [...inputs, ...manifests, ...OUTPUTS.map((name) => join(folder, name))];
  const digests = Object.fromEntries(files.map((path) => [path, digestOf(path)]));
  return Buffer.from(`${JSON.stringify(digests, null, 1)}\n`);
}

/** True where every file in the record of the last build into `folder` is there and unchanged. */
export function isFresh(folder: string): boolean {
  const record = join(folder, RECORD);
  if (!existsSync(record)) return false;
  const known = JSON.parse(readFileSync(record, 'utf8')) as Digests;
  return Object.entries(known).every(([path, digest]) => existsSync(path) && digestOf(path) === digest);
}

/** True where a file was written since that time, ms since the epoch. */
export const changedSince = (time: number, files: readonly string[]): boolean =>
  files.some((path) => statSync(path).mtimeMs >= time);

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('base64');

/** The nearest `package.json` above a file. */
function manifestOf(path: string): string | undefined {
  for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder))
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'package.json');
  return undefined;
}
