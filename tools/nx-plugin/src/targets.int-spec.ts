import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

interface Package {
  readonly data: {
    readonly root: string;
    readonly targets: Readonly<Record<string, { readonly options?: { readonly command?: string } }>>;
  };
}

/** The packages with their targets, as `nx graph` shows them. */
function packages(): readonly Package[] {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-nx-graph-'));
  try {
    const file = join(folder, 'graph.json');
    execFileSync('npx', ['nx', 'graph', `--file=${file}`], {
      cwd: ROOT,
      env: { ...process.env, NX_DAEMON: 'false' },
    });
    const { graph } = JSON.parse(readFileSync(file, 'utf8')) as { graph: { nodes: Record<string, Package> } };
    return Object.values(graph.nodes).filter(({ data }) => data.root !== '.');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the targets that Nx infers', () => {
  const all = packages();
  const specs = execFileSync('git', ['ls-files', '*spec.ts'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((path) => /\.(\w+-)?spec\.ts$/.test(path));

  it('are lint and typecheck for every package', () => {
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter(({ data: { targets } }) => !targets['lint'] || !targets['typecheck'])).toEqual([]);
  });

  it('run every specification exactly once, those on a real API server also in test-kube', () => {
    const commands = all.flatMap(({ data: { targets } }) =>
      Object.entries(targets).flatMap(([name, { options }]) => {
        const pattern = /--testPathPatterns '([^']+)'/.exec(options?.command ?? '')?.[1];
        return pattern === undefined ? [] : [{ name, matches: new RegExp(pattern) }];
      }),
    );
    const runs = (path: string): readonly string[] =>
      commands.filter(({ matches }) => matches.test(join(ROOT, path))).map(({ name }) => name);
    const wrong = specs.filter((path) => {
      const expected = path.includes('.kube.') ? 2 : 1;
      return runs(path).length !== expected;
    });
    expect(specs.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });
});
