import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
/** Classes that return what a test gives them and record calls (ADR 0040). */
const STUBS: readonly string[] = ['AnsweringSource', 'RecordedSchedulers'];

const files = execFileSync('git', ['ls-files', 'apps', 'libs', 'tools'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path.endsWith('.ts'));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Classes that stand in for a port: in a specification, or in a folder or file called `testing`. */
const standIns = files
  .filter((path) => /spec\.ts$|\/testing\/|\/testing\.ts$/.test(path))
  .flatMap((path) => [...textOf(path).matchAll(/\bclass (\w+)[^{]* implements /g)].map(([, name]) => name));

/** Specifications that run a contract suite. */
const runners = files.filter((path) => path.endsWith('spec.ts')).map(textOf);
const suites = runners.filter((text) => /\b\w+Contract\(/.test(text));

describe('a class that stands in for a port', () => {
  it('is found', () => {
    expect(standIns).toEqual(expect.arrayContaining(['FakeCluster', 'InMemoryWorkloads', ...STUBS]));
  });

  it.each(standIns)('%s is held by a contract suite, or is a stub', (name = '') => {
    const isHeld = suites.some((text) => text.includes(`new ${name}(`));
    expect(isHeld || STUBS.includes(name)).toBe(true);
  });
});
