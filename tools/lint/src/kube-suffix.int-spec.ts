import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const SUFFIX = /\.kube\.(int|e2e)-spec\.ts$/;

/** `npm run test:kube` selects by the suffix `.kube.`; a file without it would be left out. */
describe('the suffix .kube. of a specification', () => {
  const specs = execFileSync('git', ['ls-files', '*spec.ts'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '');
  const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
  const containing = (text: string): readonly string[] => specs.filter((path) => read(path).includes(text));

  it.each(['kubernetes', 'kubectl'])('marks what needs %s', (service) => {
    const needing = containing(`describeWithService('${service}'`);
    expect(needing).not.toEqual([]);
    expect(needing.filter((path) => !SUFFIX.test(path))).toEqual([]);
  });

  it('marks the contract of the API on the simulator as on the real server', () => {
    const contract = containing('kubernetesApi' + 'Contract(async');
    expect(contract.map((path) => path.split('/').slice(0, 2).join('/')).sort()).toEqual([
      'libs/simulation',
      'libs/testing',
    ]);
    expect(contract.filter((path) => !SUFFIX.test(path))).toEqual([]);
  });
});
