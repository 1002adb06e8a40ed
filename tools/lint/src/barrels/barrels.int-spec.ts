import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { starExports, unusedExports, type Package } from './barrels';

const ROOT = join(__dirname, '../../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** An export with conditions is a CommonJS file that runs before TypeScript can be read; it is no barrel. */
function packageOf(path: string): Package {
  const { name, exports = {} } = JSON.parse(read(path)) as Manifest;
  const folder = posix.dirname(path);
  const barrels = Object.entries(exports).flatMap(([key, file]) =>
    typeof file === 'string' ? [[posix.join(name, key), posix.join(folder, file)]] : [],
  );
  return { name, folder, barrels: Object.fromEntries(barrels) as Record<string, string> };
}

describe('barrels of the packages', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)));
  const tree = new Map(
    files.filter((path) => /\.(tsx?|[cm]?js)$/.test(path)).map((path) => [path, read(path)]),
  );
  const packages = files
    .filter((path) => /^(apps|libs|tools)\/.*package\.json$/.test(path))
    .map((path) => packageOf(path));

  it('export nothing that no other package uses', () => {
    expect(packages.length).toBeGreaterThan(30);
    expect(unusedExports(packages, tree).map(({ specifier, name }) => `${specifier}: ${name}`)).toEqual([]);
  });

  it('name what they export', () => expect(starExports(tree)).toEqual([]));
});
