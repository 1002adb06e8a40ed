import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SmallProject } from './small-project';

/** By the name of a specification: what it did, and how. */
const IO: Readonly<Record<string, readonly [string, string]>> = {
  fetch: ['opened a socket', `await fetch('http://127.0.0.1:4096')`],
  'net-connect': ['opened a socket', `require('node:net').connect(4096)`],
  'http-get': ['opened a socket', `require('node:http').get('http://127.0.0.1:4096')`],
  'tls-connect': ['opened a socket', `require('node:tls').connect(4096)`],
  'http2-connect': ['opened a socket', `require('node:http2').connect('http://127.0.0.1:4096')`],
  dgram: ['opened a socket', `require('node:dgram').createSocket('udp4').send('x', 4096)`],
  'net-listen': ['listened on a port', `require('node:net').createServer().listen(0)`],
  'http-listen': ['listened on a port', `require('node:http').createServer().listen(0)`],
  'http2-listen': ['listened on a port', `require('node:http2').createServer().listen(0)`],
  spawn: ['started a process', `require('node:child_process').spawn('true')`],
  exec: ['started a process', `require('node:child_process').exec('true')`],
  'exec-file': ['started a process', `require('node:child_process').execFile('true')`],
  fork: ['started a process', `require('node:child_process').fork('true')`],
  'spawn-sync': ['started a process', `require('node:child_process').spawnSync('true')`],
  'exec-file-sync': ['started a process', `require('node:child_process').execFileSync('true')`],
  worker: ['started a thread', `new (require('node:worker_threads').Worker)('', { eval: true })`],
  'write-file-sync': ['wrote to a file', `require('node:fs').writeFileSync('written', '')`],
  'write-file': ['wrote to a file', `await require('node:fs/promises').writeFile('written', '')`],
  'write-stream': ['wrote to a file', `require('node:fs').createWriteStream('written')`],
  'open-sync': ['wrote to a file', `require('node:fs').openSync('written', 'w')`],
  mkdtemp: ['wrote to a file', `require('node:fs').mkdtempSync('written')`],
};

const doing = (code: string): string => `it('runs', async () => { ${code}; });`;

describe('a unit test', () => {
  const project = new SmallProject();
  const specs = Object.entries(IO).map(([name, [, code]]) => [`src/${name}.spec.ts`, doing(code)] as const);
  let report = '';
  beforeAll(() => {
    report = project.run(Object.fromEntries(specs)).stderr;
  });
  afterAll(() => project.remove());

  it.each(Object.entries(IO).map(([name, [what]]) => [name, what]))('fails: %s %s', (name, what) => {
    expect(report).toContain(
      `a unit test does no IO: it ${what}; rename src/${name}.spec.ts to ${name}.int-spec.ts`,
    );
  });

  it('did none of it', () => {
    expect(report).toContain(`${specs.length} failed, ${specs.length} total`);
    expect(existsSync(join(project.folder, 'written'))).toBe(false);
  });
});

describe('unit tests', () => {
  const projects: SmallProject[] = [];
  const run = (files: Readonly<Record<string, string>>) => {
    const project = new SmallProject();
    projects.push(project);
    return project.run(files);
  };
  afterAll(() => projects.forEach((project) => project.remove()));

  it('fail too where they catch the error', () => {
    const { stderr, status } = run({
      'src/a.spec.ts': doing(`await fetch('http://[::1]:4096').catch(() => 0)`),
    });
    expect({ stderr, status }).toEqual({
      stderr: expect.stringContaining('it opened a socket; rename src/a.spec.ts to a.int-spec.ts') as string,
      status: 1,
    });
  });

  it('read files', () => {
    const { stderr, status } = run({
      'src/a.spec.ts': `
        import { closeSync, createReadStream, openSync, readFileSync } from 'node:fs';
        import { open, readFile } from 'node:fs/promises';
        import { text } from 'node:stream/consumers';

        it('reads', async () => {
          const data = __dirname + '/data.json';
          const handle = await open(data);
          const texts = [readFileSync(data, 'utf8'), await readFile(data, 'utf8'), await handle.readFile('utf8')];
          texts.push(await text(createReadStream(data)));
          closeSync(openSync(data, 'r'));
          await handle.close();
          expect(texts).toEqual(['{}', '{}', '{}', '{}']);
        });`,
      'src/data.json': '{}',
    });
    expect({ stderr, status }).toEqual({ stderr: expect.stringContaining('1 passed, 1 total'), status: 0 });
  });

  it('leave the process as it was, and packages that were loaded meanwhile do IO', () => {
    const { stderr, status } = run({
      'node_modules/thing/index.js': `
        const { spawnSync } = require('node:child_process');
        const { writeFileSync } = require('node:fs');
        const { Worker } = require('node:worker_threads');
        module.exports = { spawnSync, writeFileSync, Worker, users: [] };`,
      // The larger file runs first.
      'src/a.spec.ts': `it('loads', () => { require('thing').users.push('a unit test'); }); // ${'-'.repeat(2_000)}`,
      'src/b.spec.ts': `/** @jest-environment-options {"io": true} */
        import { once } from 'node:events';
        import fs from 'node:fs';
        import net from 'node:net';
        import thing from 'thing';

        it('does IO', async () => {
          expect(thing.users).toEqual(['a unit test']);
          expect(thing.spawnSync('true').status).toBe(0);
          await once(new thing.Worker('', { eval: true }), 'exit');
          thing.writeFileSync('one', '');
          fs.writeFileSync('two', '');
          const server = net.createServer().listen(0, '127.0.0.1');
          await once(server, 'listening');
          server.close();
        });`,
    });
    expect({ stderr, status }).toEqual({ stderr: expect.stringContaining('2 passed, 2 total'), status: 0 });
  });
});
