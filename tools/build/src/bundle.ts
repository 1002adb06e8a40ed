import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from '@swc/core';
import { build, type Metafile, type Plugin } from 'esbuild';
import { packagesOf, sbomOf, type Lock } from './sbom';

/** Of this package little is used and much is there: the classes of every kind of object, read at every start. */
const SHAKEN = '@kubernetes/client-node';

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

/** esbuild drops decorator metadata, which Nest needs; swc keeps it. */
const decorators: Plugin = {
  name: 'decorators',
  setup(plugin) {
    plugin.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), {
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
};

/**
 * Bundles `<project>/src/main.ts` into `dist/<project>/main.js`, with its bill of materials beside it (`sbom.cdx.json`), from
 * the root of the workspace. A file is replaced in one
 * step and only when it changed, so that platforms of one checkout can start side by side. Throws what esbuild says.
 */
export async function bundle(project: string): Promise<void> {
  const entry = join(project, 'src/main.ts');
  if (!existsSync(entry)) throw new Error(`${project} has no src/main.ts: nothing to build`);
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile: join('dist', project, 'main.js'),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [own, decorators],
  });
  for (const { path, contents } of outputFiles) await replace(path, contents);
  await replace(join('dist', project, 'sbom.cdx.json'), await billOf(project, metafile));
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
