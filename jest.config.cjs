/** One transform for every level; swc keeps decorator metadata. */
const base = {
  // Files of specifications share their process: packages and pure sources are loaded once for all of them.
  testEnvironment: '<rootDir>/tools/jest/src/environment.cjs',
  runtime: '<rootDir>/tools/jest/src/runtime.cjs',
  rootDir: __dirname,
  // Not the packages of npm, whose thousands of files would be listed at every start.
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.tessera', '<rootDir>/.nx'],
  // The console imports the build for browsers, an ES module.
  moduleNameMapper: { '^csv-stringify/browser/esm/(.*)$': 'csv-stringify/$1' },
  transform: {
    '^.+\\.[cm]?[tj]s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
};

module.exports = {
  maxWorkers: 2,
  testSequencer: '<rootDir>/tools/jest/src/longest-first.cjs',
  // Hooks start databases and servers, which takes seconds on a busy machine; a wait of a test has its own limit.
  testTimeout: 30_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/src/**/*.spec.ts'],
      testEnvironmentOptions: { io: false },
    },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['**/src/**/*.int-spec.ts'],
      globalSetup: '<rootDir>/libs/testing/services/src/global-setup.ts',
      globalTeardown: '<rootDir>/libs/testing/services/src/global-teardown.ts',
    },
    {
      ...base,
      displayName: 'soak',
      testMatch: ['**/src/**/*.soak-spec.ts'],
      globalSetup: '<rootDir>/libs/testing/services/src/global-setup.ts',
      globalTeardown: '<rootDir>/libs/testing/services/src/global-teardown.ts',
    },
    // A real kubelet, of which a machine has one: `npm run test:node`.
    { ...base, displayName: 'node', testMatch: ['**/src/**/*.node-spec.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['**/src/**/*.e2e-spec.ts'] },
    // What a hostile tenant, neighbour pod or anonymous caller tries: `npm run test:attacks`.
    { ...base, displayName: 'attacks', testMatch: ['**/src/**/*.attack-spec.ts'] },
  ],
};
