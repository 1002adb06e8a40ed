import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

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
    assets: new Map(
      readdirSync(assets).map((name) => [
        name,
        {
          type: TYPES[extname(name)] ?? 'application/octet-stream',
          content: readFileSync(join(assets, name)),
        },
      ]),
    ),
  };
}
