import { SmallProject } from './small-project';

/** Opens a server with a connection that nobody closes. */
const OPEN = `
  const { once } = require('node:events');
  const { connect } = require('node:net');
  const server = require('node:http').createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  await once(connect(server.address().port, '127.0.0.1').unref(), 'connect');`;

describe('a specification that leaves a server open', () => {
  const projects: SmallProject[] = [];
  const run = (code: string) => {
    const project = new SmallProject({ testEnvironmentOptions: {} });
    projects.push(project);
    return project.run({ 'src/a.spec.ts': `it('runs', async () => { ${code} });` });
  };
  afterAll(() => projects.forEach((project) => project.remove()));

  it('ends with its own failure, not at a time limit', () => {
    const { stderr, status } = run(`${OPEN} expect('what it saw').toBe('what it expected');`);
    expect(stderr).toContain('what it saw');
    expect(stderr).not.toContain('left 1 servers open');
    expect(stderr).not.toContain('did not exit');
    expect(status).toBe(1);
  });

  it('fails by that where nothing else failed', () => {
    const { stderr, status } = run(OPEN);
    expect(stderr).toContain('the file left 1 servers open: close them after the tests');
    expect(status).toBe(1);
  });

  it('passes where the server does not keep the process alive', () => {
    const { stderr, status } = run(`${OPEN} server.closeAllConnections(); server.unref();`);
    expect({ stderr, status }).toEqual({ stderr: expect.stringContaining('1 passed, 1 total'), status: 0 });
  });

  it('passes once it closes it', () => {
    const { stderr, status } = run(`${OPEN} server.closeAllConnections(); server.close();`);
    expect({ stderr, status }).toEqual({ stderr: expect.stringContaining('1 passed, 1 total'), status: 0 });
  });
});
