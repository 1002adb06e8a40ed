const { createRequire } = require('node:module');
const { dirname, sep } = require('node:path');
const { compileFunction } = require('node:vm');
const { default: JestRuntime } = require('jest-runtime');

const PACKAGES = `${sep}node_modules${sep}`;
/** Holds the tests of the file that runs. */
const OF_ONE_FILE = `${PACKAGES}jest-circus${sep}`;
/** Sources that lint keeps pure: what they cache between calls follows from their arguments. */
const PURE =
  /\/libs\/(kernel|domain\/[^/]+|contracts\/[^/]+|application\/[^/]+)\/src\/(?!.*spec\.ts$).*\.ts$/;
/** From within the packages, where Node requires ES modules without a warning. */
const requirePackage = createRequire(require.resolve('jest-runtime'));

// Of the process, for all files that run in it.
const packages = new Map();
const pureModules = new Map();
const sourceMaps = new Map();
const compiled = new Map();
let running;

/**
 * Jest loads every module again for each file of specifications. Most files are short, and most of their time went into
 * loading Nest, TypeORM, the Kubernetes client and our own contracts. Here packages of npm are loaded once in a process,
 * by Node; so are our pure sources. Every other source is run again for each file, but compiled once.
 */
class Runtime extends JestRuntime {
  constructor(config, environment, resolver, transformer, files, coverage, testPath, globalConfig) {
    super(config, environment, resolver, transformer, files, coverage, testPath, globalConfig);
    // Coverage is counted for each file, and sources change while Jest watches them.
    this.sharesSources = !(coverage.collectCoverage || globalConfig.watch || globalConfig.watchAll);
    this.environment = environment;
    this.executor.compile = (source, file) =>
      compileOnce(source, file, this.executor.injectedModuleParameters);
    for (const [file, map] of sourceMaps) this.getSourceMaps().set(file, map);
    running = this;
  }

  requireModule(from, name, options, isActual) {
    if (name !== undefined && !this._resolution.isCoreModule(name)) {
      const file = this._resolution.resolveCjs(from, name);
      if (file.includes(PACKAGES) && !(options?.isInternalModule && file.includes(OF_ONE_FILE)))
        return this.requireShared(file);
      if (this.sharesSources && PURE.test(file)) return this.requirePure(file);
    }
    return super.requireModule(from, name, options, isActual);
  }

  requireShared(file) {
    if (!packages.has(file)) {
      const loaded = this.environment.state.keepWhatLoads(() => requirePackage(file));
      packages.set(file, loaded);
    }
    return packages.get(file);
  }

  requirePure(file) {
    const known = pureModules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {}, filename: file, id: file };
    // Before it runs, for modules that require each other.
    pureModules.set(file, module);
    try {
      const source = this.transformCache.transform(file);
      sourceMaps.set(file, this.getSourceMaps().get(file));
      const requireFrom = (name) => running.requireModuleOrMock(file, name);
      const run = this.executor.compile(source, file);
      run.call(module.exports, module, module.exports, requireFrom, dirname(file), file);
    } catch (error) {
      pureModules.delete(file);
      throw error;
    }
    return module.exports;
  }

  setMock(_from, name) {
    throw new Error(`jest.mock('${name}') would not reach modules that stay loaded: pass in a working fake.`);
  }

  isolateModules() {
    throw new Error('jest.isolateModules: modules that stay loaded cannot be isolated.');
  }
}

function compileOnce(source, file, parameters) {
  const known = compiled.get(file);
  if (known?.source === source) return known.run;
  const run = compileFunction(source, parameters, { filename: file });
  compiled.set(file, { source, run });
  return run;
}

// Jest reads a default export.
module.exports = { __esModule: true, default: Runtime };
