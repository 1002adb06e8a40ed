const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { ProcessState } = require('./process-state.cjs');

/**
 * The environment of a file of specifications: the globals of the process itself, so that packages which stay loaded
 * for all files (`runtime.cjs`) and the file mean the same by `Error` and `Array`. What the file changed in the process
 * is put back after it.
 */
class Environment {
  global = globalThis;
  state = new ProcessState();
  moduleMocker = new ModuleMocker(globalThis);

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    this.state.restore();
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
