import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { transform } from '@swc/core';
import { build, type Metafile, type Plugin } from 'esbuild';
import { changedSince, isFresh, recordOf, RECORD } from './build-record.cjs';
import { packagesOf, sbomOf, type Lock } from './sbom';

/** Of this package little is used and much is there: the classes of every kind of object, read at every start. */
const SHAKEN = '@kubernetes/client-node';

/** What a bundle depends on besides its sources: how it is built, and the versions of packages. */
const OUR_OWN = [
  'package-lock.json',
  ...['bundle.ts', 'build-record.cjs', 'sbom.ts'].map((file) => relative('', join(__dirname, file))),
];

/** Our own packages are bundled; third-party ones stay imports, so that `node_modules` is all that a bundle needs. */
const own: Plugin = {
  name: 'own',
  setup(plugin) {
    plugin.onResolve({ filter: /^[^./]/ }, ({ kind, path }) => {
      if (kind === 'entry-point' || path.startsWith('@tessera/')) return undefined;
      // What is loaded only when it is needed stays outside, whole.
      return path === SHAKEN && kind !== 'dynamic-import'
        ? { path: require.resolve(path), sideEffects: false }
        : { path, external: true };
    });
    plugin.onResolve({ filter: /^\./ }, ({ path, importer, resolveDir }) =>
      importer.includes(`/node_modules/${SHAKEN}/`)
        ? { path: join(resolveDir, path), sideEffects: false }
        : undefined,
    );
  },
};

/** esbuild drops decorator metadata, which Nest needs; swc keeps it. Names of folders stay those of the source. */
const sources = (folder: string): Plugin => ({
  name: 'sources',
  setup(plugin) {
    plugin.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const { code } = await transform(withOwnPlace(await readFile(path, 'utf8'), path, folder), {
        filename: path,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      });
      return { loader: 'js', contents: code };
    });
  },
});

/** What a source says of its own place holds in the bundle too, as long as both are in their workspace. */
function withOwnPlace(text: string, path: string, folder: string): string {
  return text.replaceAll(/\b__(dirname|filename)\b/g, (_name, kind) => {
    const place = relative(folder, kind === 'dirname' ? dirname(path) : path);
    return `require('node:path').join(__dirname, ${JSON.stringify(place)})`;
  });
}

/**
 * Bundles `<project>/src/main.ts` into `dist/<project>/main.js`, with its bill of materials beside it (`sbom.cdx.json`),
 * from the root of the workspace. A file is replaced in one step and only when it changed, so that platforms of one
 * checkout can start side by side. Does nothing, and says `fresh`, where all files that the last build read are
 * unchanged. Throws what esbuild says.
 */
export async function bundle(project: string): Promise<'built' | 'fresh'> {
  const entry = join(project, 'src/main.ts');
  if (!existsSync(entry)) throw new Error(`${project} has no src/main.ts: nothing to build`);
  const folder = join('dist', project);
  if (isFresh(folder)) return 'fresh';
  const began = Date.now();
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile: join(folder, 'main.js'),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [own, sources(resolve(folder))],
  });
  for (const { path, contents } of outputFiles) await replace(path, contents);
  await replace(join(folder, 'sbom.cdx.json'), await billOf(project, metafile));
  const inputs = [...Object.keys(metafile.inputs), ...OUR_OWN];
  // A file that changed meanwhile may have been read before or after: the next start builds again.
  if (changedSince(began, inputs)) await rm(join(folder, RECORD), { force: true });
  else await replace(join(folder, RECORD), recordOf(folder, inputs));
  return 'built';
}

async function billOf(project: string, metafile: Metafile): Promise<Uint8Array> {
  const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
  const { packages } = (await read('package-lock.json')) as { packages: Lock };
  const manifest = (await read(join(project, 'package.json'))) as Parameters<typeof sbomOf>[0];
  return Buffer.from(`${JSON.stringify(sbomOf(manifest, packagesOf(metafile), packages), null, 2)}\n`);
}

async function replace(path: string, contents: Uint8Array): Promise<void> {
  const known = await readFile(path).catch(() => undefined);
  if (known !== undefined && known.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}
