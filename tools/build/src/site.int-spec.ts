import { gzipSync } from 'node:zlib';
import type { Rolldown } from 'vite';
import { compileSite } from './site';

/** Of what a page loads before its first plot, compressed, bytes. */
const MOST_BYTES = 250_000;
const PLOTS = /plots\/plot\.tsx$/;

jest.setTimeout(120_000);

describe('the production build of the console', () => {
  const sizes = new Map<string, number>();
  const modules: string[] = [];
  beforeAll(async () => {
    const built = (await compileSite('apps/console', { write: false })) as Rolldown.RolldownOutput;
    const files = new Map(built.output.map((file) => [file.fileName, file]));
    for (const file of built.output) if (file.type === 'chunk') modules.push(...file.moduleIds);
    const [entry] = built.output;
    for (const page of entry.dynamicImports) sizes.set(page, sizeOf([entry.fileName, page], files));
  });

  it('has no package as it is for development, although this process is a test', () => {
    expect(modules.filter((id) => id.includes('react-dom')).length).toBeGreaterThan(0);
    expect(modules.filter((id) => /\bdevelopment\b/.test(id))).toEqual([]);
  });

  it('has every page in a file of its own', () => {
    expect(sizes.size).toBeGreaterThan(6);
  });

  it(`loads at most ${MOST_BYTES / 1000} kB for any page before plots, compressed`, () => {
    process.stderr.write(`console: ${[...sizes].map(([page, size]) => `${page} ${size}`).join(', ')}\n`);
    expect([...sizes].filter(([, size]) => size > MOST_BYTES)).toEqual([]);
  });
});

/** Compressed size of these files and of all that they load, but for plots. */
function sizeOf(
  names: readonly string[],
  files: ReadonlyMap<string, Rolldown.OutputChunk | Rolldown.OutputAsset>,
): number {
  const needed = new Set<string>();
  const need = (name: string): void => {
    const file = files.get(name);
    if (file === undefined || needed.has(name)) return;
    if (file.type === 'chunk' && PLOTS.test(file.facadeModuleId ?? '')) return;
    needed.add(name);
    if (file.type === 'asset') return;
    const isEntry = file.isEntry;
    for (const next of [
      ...file.imports,
      ...(isEntry ? [] : file.dynamicImports),
      ...(file.viteMetadata?.importedCss ?? []),
    ])
      need(next);
  };
  names.forEach(need);
  return [...needed].reduce((sum, name) => {
    const file = files.get(name);
    const content = file === undefined ? '' : file.type === 'chunk' ? file.code : file.source;
    return sum + gzipSync(content).length;
  }, 0);
}
