import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const [UNIT] = jest.requireActual<{ readonly projects: readonly object[] }>(
  join(ROOT, 'jest.config.cjs'),
).projects;

/** A folder with a few specifications, which Jest runs in one process and with the set-up of our unit tests. */
export class SmallProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tessera-small-project-'));

  /** `config` replaces parts of the configuration of unit tests. */
  constructor(private readonly config: object = {}) {
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(join(ROOT, 'node_modules/@swc'), join(this.folder, 'node_modules/@swc'));
  }

  /** Writes the files, by path from the folder, and runs all specifications that are there; what Jest says. */
  run(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
    const config = {
      ...UNIT,
      rootDir: this.folder,
      roots: [this.folder],
      testEnvironment: join(ROOT, 'tools/jest/src/environment.cjs'),
      runtime: join(ROOT, 'tools/jest/src/runtime.cjs'),
      modulePathIgnorePatterns: [],
      cacheDirectory: join(this.folder, 'cache'),
      ...this.config,
    };
    for (const [file, text] of Object.entries({ ...files, 'jest.config.json': JSON.stringify(config) })) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      writeFileSync(join(this.folder, file), text);
    }
    const args = ['-c', join(this.folder, 'jest.config.json'), '--runInBand'];
    return spawnSync(process.execPath, [join(ROOT, 'node_modules/jest/bin/jest.js'), ...args], {
      cwd: this.folder,
      // Nx asks for colours, which would stand between the words of the report.
      env: { ...process.env, FORCE_COLOR: '0', ...env },
      encoding: 'utf8',
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
