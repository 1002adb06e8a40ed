import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { asyncApiDocument, dataSchema, EVENTS, type EventName } from '@tessera/contracts-events';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../..');
const SOURCE = join(ROOT, 'libs/contracts/events');
/** Packages of ours whose types the kit shows, by where they lie below `libs`; their code is bundled. */
const OWN = {
  '@tessera/contracts-events': 'contracts/events',
  '@tessera/contracts-kubernetes': 'contracts/kubernetes',
  '@tessera/domain-workload': 'domain/workload',
} as const;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Builds the consumer's kit, the package of the events, into `dir`: code for `import` and `require`, types, the JSON Schema
 * of each type, the AsyncAPI document, README and licence; `npm pack` takes it from there. Its one dependency is zod.
 */
export async function buildEventsKit(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(join(dir, 'schemas'), { recursive: true });
  const { name, version, license } = await manifest(SOURCE);
  const zod = (await manifest(ROOT)).dependencies?.['zod'];
  if (zod === undefined) throw new Error('the root package does not say which zod there is');
  await Promise.all([
    code(dir),
    types(dir),
    write(join(dir, 'asyncapi.json'), asyncApiDocument('tessera', version)),
    ...(Object.keys(EVENTS) as EventName[]).map((event) =>
      write(join(dir, 'schemas', `${EVENTS[event].type}.json`), {
        $schema: 'http://json-schema.org/draft-07/schema#',
        title: EVENTS[event].type,
        description: EVENTS[event].description,
        ...dataSchema(event),
      }),
    ),
    cp(join(SOURCE, 'README.md'), join(dir, 'README.md')),
    cp(join(ROOT, 'LICENSE'), join(dir, 'LICENSE')),
    write(join(dir, 'package.json'), {
      name,
      version,
      license,
      description: 'Types, validators and JSON Schemas of the events of Tessera.',
      main: './index.cjs',
      module: './index.mjs',
      types: './types/contracts/events/src/index.d.ts',
      exports: {
        '.': {
          types: './types/contracts/events/src/index.d.ts',
          import: './index.mjs',
          require: './index.cjs',
        },
        './asyncapi.json': './asyncapi.json',
        './schemas/*': './schemas/*',
      },
      files: ['index.*', 'types', 'schemas', 'asyncapi.json'],
      engines: { node: '>=20' },
      dependencies: { zod },
    }),
  ]);
}

const manifest = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;

const write = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);

async function code(dir: string): Promise<void> {
  for (const [format, file] of [
    ['esm', 'index.mjs'],
    ['cjs', 'index.cjs'],
  ] as const)
    await build({
      entryPoints: [join(SOURCE, 'src/index.ts')],
      outfile: join(dir, file),
      bundle: true,
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['import'],
      target: 'es2022',
      format,
      external: ['zod'],
      logLevel: 'warning',
    });
}

/** Declarations of our three packages, side by side, with relative paths where one names another. */
async function types(dir: string): Promise<void> {
  // Below the repository, where the compiler finds its modules; nothing may have been built yet.
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  const work = await mkdtemp(join(ROOT, 'dist', 'events-kit-types-'));
  const out = join(dir, 'types');
  try {
    await write(join(work, 'tsconfig.json'), {
      extends: relative(work, join(ROOT, 'tsconfig.base.json')),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: join(ROOT, 'libs'),
        outDir: out,
        types: ['node'],
      },
      files: [join(SOURCE, 'src/index.ts')],
    });
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', work]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  for (const file of await readdir(out, { recursive: true }))
    if (file.endsWith('.d.ts')) await withRelativePaths(out, join(out, file));
}

async function withRelativePaths(root: string, file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const replaced = text.replaceAll(/(["'])(@tessera\/[a-z-]+)\1/g, (_all, quote: string, name: string) => {
    const folder = (OWN as Readonly<Record<string, string>>)[name];
    if (folder === undefined) throw new Error(`${file} shows types of ${name}, which the kit does not hold`);
    const path = relative(dirname(file), join(root, folder, 'src/index')).replaceAll('\\', '/');
    return `${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
  if (replaced !== text) await writeFile(file, replaced);
}
