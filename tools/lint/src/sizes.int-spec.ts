import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const SOURCE = /\.(ts|tsx|mjs|cjs|js|css|py|go)$/;
const GENERATED = /\/migrations\/|\/fixtures\/|\/generated\//;

const tracked = execFileSync('git', ['ls-files', 'apps', 'libs', 'tools'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => SOURCE.test(path) && !GENERATED.test(path));
const sources = tracked.filter((path) => !path.endsWith('spec.ts'));
const linesOf = (path: string): number => readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1;

describe('sizes that keep the repository readable', () => {
  it('has at most 15 source files side by side in a folder', () => {
    const counts = new Map<string, number>();
    for (const path of sources) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
  });

  it('has no file over 400 lines and a median of at most 90', () => {
    const sizes = tracked.map((path) => ({ path, lines: linesOf(path) }));
    expect(sizes.filter(({ lines }) => lines > 400)).toEqual([]);
    const sorted = sources.map(linesOf).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(90);
  });

  it('has a kernel of six concepts and less than 150 lines', () => {
    const kernel = sources.filter((path) => path.startsWith('libs/kernel/'));
    // The formula of backoff is here because the platform, the application and the apps all need it.
    const allowed = ['backoff', 'clock', 'compare', 'index', 'interned', 'maybe', 'short-hash'];
    expect(kernel).toEqual(allowed.map((name) => `libs/kernel/src/${name}.ts`));
    const lines = kernel.map(linesOf).reduce((sum, count) => sum + count, 0);
    expect(lines).toBeLessThan(150);
  });

  it('has a README of at most 150 lines', () => {
    expect(linesOf('README.md')).toBeLessThanOrEqual(150);
  });

  it.each(['README.md', 'CONTRIBUTING.md'])('has no table cell over 120 characters in %s', (path) => {
    const cells = readFileSync(join(ROOT, path), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
      .flatMap((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
    expect(cells.filter((cell) => cell.length > 120)).toEqual([]);
  });
});
