import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SmallProject } from './small-project';

const LOG = `require('node:fs').appendFileSync(process.env.LOADED`;

/** Loads a package, a pure source and another one, finds nothing of the other file, and leaves traces of every kind. */
const SPEC = `
  import { inPure } from '../../kernel/src/pure';
  import { inOther } from '../../platform/src/other';
  import { Thing } from 'thing';

  it('loads what it imports', () => {
    expect([inPure(), inOther()]).toEqual([true, true]);
    expect(new Thing()).toBeInstanceOf(Error);
  });
  it('finds a process without traces', () => {
    expect(process.env).toMatchObject({ KEPT: 'as it was' });
    expect(process.env).not.toHaveProperty('LEFT');
    expect(globalThis).not.toHaveProperty('left');
    expect(process.listeners('SIGHUP')).toEqual([]);
    expect(setTimeout).toBe(require('node:timers').setTimeout);
    expect(require('node:os').hostname).not.toHaveProperty('mock');
    expect(globalThis).toHaveProperty('ofThePackage');
  });
  it('leaves some', () => {
    process.env.LEFT = 'behind';
    delete process.env.KEPT;
    globalThis.left = 'behind';
    process.on('SIGHUP', () => undefined);
    jest.useFakeTimers();
    jest.spyOn(require('node:os'), 'hostname');
  });
`;

const FILES = {
  'libs/kernel/src/pure.ts': `${LOG}, 'pure ');\nexport const inPure = (): boolean => true;`,
  'libs/platform/src/other.ts': `${LOG}, 'other ');\nexport const inOther = (): boolean => true;`,
  'libs/specs/src/one.spec.ts': SPEC,
  'libs/specs/src/two.spec.ts': SPEC,
  'node_modules/thing/index.js': `${LOG}, 'thing ');\nglobalThis.ofThePackage = 1;\nexports.Thing = class extends Error {};`,
};

describe('files of specifications in one process', () => {
  // What is loaded writes to a file.
  const project = new SmallProject({ testEnvironmentOptions: {} });
  const loaded = join(project.folder, 'loaded');
  afterAll(() => project.remove());

  const run = (specs: Readonly<Record<string, string>>) => {
    writeFileSync(loaded, '');
    return project.run(specs, { LOADED: loaded, KEPT: 'as it was' });
  };

  it('load packages and pure sources once, other sources each, and leave nothing behind', () => {
    const { stderr, status } = run(FILES);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('6 passed, 6 total') });
    const counts = readFileSync(loaded, 'utf8').trim().split(' ').toSorted();
    expect(counts).toEqual(['other', 'other', 'pure', 'thing']);
  });

  it('show where a pure source fails that was loaded by another file', () => {
    const failing = `\n\n${LOG}, '');\n\nexport const inPure = (): boolean => {\n  throw new Error('here');\n};`;
    const { stderr } = run({ ...FILES, 'libs/kernel/src/pure.ts': failing });
    expect(stderr.match(/at inPure \(libs\/kernel\/src\/pure\.ts:6:9\)/g)).toHaveLength(2);
  });

  it('cannot replace modules, which would not reach those that are loaded', () => {
    const spec = `jest.mock('thing', () => ({}));\nit('runs', () => expect(1).toBe(1));`;
    const { stderr } = run({ ...FILES, 'libs/specs/src/one.spec.ts': spec });
    expect(stderr).toContain(`jest.mock('thing') would not reach modules that stay loaded`);
  });
});
