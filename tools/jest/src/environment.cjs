const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { IoGuard } = require('./io-guard.cjs');
const { ProcessState } = require('./process-state.cjs');

/**
 * The environment of a file of specifications: the globals of the process itself, so that packages which stay loaded
 * for all files (`runtime.cjs`) and the file mean the same by `Error` and `Array`. What the file changed in the process
 * is put back after it. With the option `io: false`, the file cannot do IO.
 */
class Environment {
  global = globalThis;
  state = new ProcessState();
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
    this.ioGuard?.install();
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    this.state.restore();
    this.ioGuard?.remove();
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
