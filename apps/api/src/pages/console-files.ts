import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Where the build of the console is, beside the build of this service. */
const FOLDER = join(__dirname, '../../../../dist/apps/console');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A file of the console with its media type. */
export interface ConsoleFile {
  readonly type: string;
  readonly content: Buffer;
  /** Compressed by gzip. */
  readonly gzip: Buffer;
}

export interface ConsoleFiles {
  /** The page, which is the same at all addresses. */
  readonly page: string;
  /** Scripts and styles by name; a name has the hash of its content. */
  readonly assets: ReadonlyMap<string, ConsoleFile>;
}

/** The built console, read once; undefined where it has not been built, as in tests of this service. */
export function consoleFiles(folder = FOLDER): ConsoleFiles | undefined {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return undefined;
  const assets = join(folder, 'assets');
  return {
    page: readFileSync(page, 'utf8'),
    assets: new Map(readdirSync(assets).map((name) => [name, fileOf(join(assets, name))] as const)),
  };
}

function fileOf(path: string): ConsoleFile {
  const content = readFileSync(path);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  return { type, content, gzip: gzipSync(content) };
}

/** Whether a client takes an answer that is compressed by gzip, by its header `accept-encoding` (RFC 9110 §12.5.3). */
export function takesGzip(accepted: string): boolean {
  // Cut at fixed characters: a pattern with spaces on both sides takes quadratic time.
  const codings = accepted.split(',').map((one) => one.split(';').map((part) => part.trim()));
  const weight = (wanted: string): number | undefined => {
    const coding = codings.find(([name = '']) => name.toLowerCase() === wanted);
    return coding === undefined ? undefined : Number(coding[1]?.toLowerCase().replace('q=', '') ?? 1);
  };
  return (weight('gzip') ?? weight('*') ?? 0) > 0;
}
