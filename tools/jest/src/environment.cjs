const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { IoGuard } = require('./io-guard.cjs');
const { OpenServers } = require('./open-servers.cjs');
const { ProcessState } = require('./process-state.cjs');

/** Events of jest-circus. */
const FAILURES = ['test_fn_failure', 'hook_failure', 'error'];

/**
 * The environment of a file of specifications: the globals of the process itself, so that packages which stay loaded
 * for all files (`runtime.cjs`) and the file mean the same by `Error` and `Array`. What the file changed in the process
 * is put back after it. A server that it left open would keep Jest from ending: it is closed, and is a failure unless
 * another one is the reason. With the option `io: false`, the file cannot do IO.
 */
class Environment {
  global = globalThis;
  state = new ProcessState();
  servers = new OpenServers();
  hasFailed = false;
  moduleMocker = new ModuleMocker(globalThis);

  constructor({ projectConfig }, { testPath }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    if (projectConfig.testEnvironmentOptions.io === false)
      this.ioGuard = new IoGuard({
        file: testPath,
        root: projectConfig.rootDir,
        cache: projectConfig.cacheDirectory,
      });
  }

  async setup() {
    this.servers.watch();
    this.ioGuard?.install();
  }

  handleTestEvent({ name }) {
    if (FAILURES.includes(name)) this.hasFailed = true;
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    this.state.restore();
    let left = 0;
    try {
      this.ioGuard?.remove();
    } finally {
      left = this.servers.close();
    }
    if (left > 0 && !this.hasFailed)
      throw new Error(`the file left ${left} servers open: close them after the tests`);
  }

  /** Conditions of `exports` in the `package.json` of packages, as in Node. */
  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** No context of its own; `runtime.cjs` compiles without. */
  getVmContext() {
    return null;
  }
}

module.exports = Environment;
