import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rm, writeFile } from 'node:fs/promises';
import { ROUTES } from '@tessera/contracts-rest';
import type { build, BuildOptions, Plugin } from 'vite';
import { changedSince, isFresh, recordOf, RECORD } from './build-record.cjs';

/** Packages whose types or routes a page is built from. */
const CONTRACT = 'libs/contracts/rest/src';
const ROUTE_TABLE = 'virtual:routes';

/** Methods and paths of the API by operation, so that no page repeats them and none loads the schemas. */
const routeTable = (): Plugin => ({
  name: 'route-table',
  resolveId: (id) => (id === ROUTE_TABLE ? `\0${ROUTE_TABLE}` : undefined),
  load: (id) => {
    if (id !== `\0${ROUTE_TABLE}`) return undefined;
    const table = Object.entries(ROUTES).map(([name, { method, path }]) => [name, [method, path]]);
    return `export const ROUTES = ${JSON.stringify(Object.fromEntries(table))};`;
  },
});

/**
 * Compiles the page of a project for production, also where the environment says otherwise, as in tests: with nothing
 * from elsewhere, and without a configuration of its own.
 */
export async function compileSite(
  project: string,
  options: BuildOptions,
): Promise<Awaited<ReturnType<typeof build>>> {
  process.env['NODE_ENV'] = 'production';
  const [vite, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  return vite.build({
    root: project,
    configFile: false,
    logLevel: 'warn',
    plugins: [react(), routeTable()],
    build: { target: 'es2023', sourcemap: false, ...options },
  });
}

/**
 * Builds the page of `<project>/index.html` into `dist/<project>`, names of its files with the hash of their contents.
 * Does nothing, and returns `fresh`, where nothing that it is built from has changed. Throws what the compiler reports.
 */
export async function buildSite(project: string): Promise<'built' | 'fresh'> {
  const folder = join('dist', project);
  if (isFresh(folder)) return 'fresh';
  const began = Date.now();
  await compileSite(project, { outDir: join(process.cwd(), folder), emptyOutDir: true });
  const inputs = [...filesOf(project), ...filesOf(CONTRACT), 'package-lock.json', 'tools/build/src/site.ts'];
  if (changedSince(began, inputs)) await rm(join(folder, RECORD), { force: true });
  else await writeFile(join(folder, RECORD), recordOf(folder, inputs, ['index.html']));
  return 'built';
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
