import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const COPIED = ['apps', 'libs', 'tools', 'jest.config.cjs', 'package.json'];

/** A copy of the sources, in which changes can be tried and specifications run; its packages of npm are ours. */
export class CopiedTree {
  readonly root = mkdtempSync(join(tmpdir(), 'tessera-recipes-'));
  private changed: readonly string[] = [];

  constructor(private readonly original: string) {
    for (const name of COPIED)
      cpSync(join(original, name), join(this.root, name), {
        recursive: true,
        filter: (path) => !path.endsWith('/node_modules'),
      });
    this.linkPackages('node_modules');
  }

  /** Puts these texts, by path, in place of the texts put there before. */
  set(texts: ReadonlyMap<string, string>): void {
    for (const file of this.changed) {
      const [from, to] = [join(this.original, file), join(this.root, file)];
      if (existsSync(from)) writeFileSync(to, readFileSync(from));
      else rmSync(to);
    }
    for (const [file, text] of texts) {
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      writeFileSync(join(this.root, file), text);
    }
    this.changed = [...texts.keys()];
  }

  /** Runs unit specifications; resolves with those that failed. */
  async failing(specs: readonly string[]): Promise<readonly string[]> {
    const report = join(this.root, 'report.json');
    rmSync(report, { force: true });
    const args = [
      join(this.original, 'node_modules/jest/bin/jest.js'),
      ...['--selectProjects', 'unit', '--runInBand', '--cacheDirectory', join(this.root, '.jest')],
      ...[
        '--json',
        '--outputFile',
        report,
        '--runTestsByPath',
        ...specs.map((spec) => join(this.root, spec)),
      ],
    ];
    await new Promise<void>((done) => execFile(process.execPath, args, { cwd: this.root }, () => done()));
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: readonly { readonly name: string; readonly status: string }[];
    };
    if (testResults.length !== specs.length) throw new Error(`of ${specs.join(', ')} not all ran`);
    return testResults
      .filter(({ status }) => status !== 'passed')
      .map(({ name }) => name.slice(this.root.length + 1));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Our own packages are links to folders of the tree and become links to folders of the copy. */
  private linkPackages(folder: string): void {
    mkdirSync(join(this.root, folder));
    for (const name of readdirSync(join(this.original, folder))) {
      const path = join(this.original, folder, name);
      if (name === '@tessera') this.linkPackages(join(folder, name));
      else
        symlinkSync(
          lstatSync(path).isSymbolicLink() ? readlinkSync(path) : path,
          join(this.root, folder, name),
        );
    }
  }
}
