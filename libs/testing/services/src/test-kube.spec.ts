import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

describe('npm run test:kube', () => {
  const patterns = /--testPathPatterns (.+)$/.exec(scripts['test:kube'] ?? '')?.[1]?.split(' ') ?? [];
  const specs = execFileSync('git', ['ls-files', '*spec.ts'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
  const needing = (service: string): readonly string[] =>
    specs.filter((path) => path !== '' && read(path).includes(`describeWithService('${service}'`));
  const run = (path: string): boolean => patterns.some((pattern) => new RegExp(pattern).test(path));

  it('leaves out no specification that needs a real API server', () => {
    const all = [...needing('kubernetes'), ...needing('kubectl')];
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter((path) => !run(path))).toEqual([]);
  });

  it('runs the contract of the API against the simulator too', () => {
    const contract = specs.filter(
      (path) => path !== '' && read(path).includes('kubernetesApi' + 'Contract(async'),
    );
    expect(contract.map((path) => path.split('/')[0]).sort()).toEqual(['apps', 'libs']);
    expect(contract.filter((path) => !run(path))).toEqual([]);
  });
});

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
