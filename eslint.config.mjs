import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';
import { conceptNames } from './tools/lint/src/concept-names.mjs';
import { sourceConstraints, testConstraints } from './tools/lint/src/layers.mjs';

const TESTS = [
  '**/*.spec.ts',
  '**/*.int-spec.ts',
  '**/*.attack-spec.ts',
  '**/*.e2e-spec.ts',
  '**/*.soak-spec.ts',
  '**/*.node-spec.ts',
  '**/src/testing/**/*.ts',
];

const boundaries = (depConstraints) => ['error', { allow: [], depConstraints }];

const NEST = {
  group: ['@nestjs/*'],
  message:
    'Nest is a detail of the apps, and of what they share (platform/http/src/nest); a class below them takes its parts by its constructor.',
};
const APPS = {
  group: ['@tessera/app-*'],
  message: 'Apps meet only through contracts: HTTP, events, Kubernetes objects, metric names.',
};
const NODE = {
  group: ['node:*'],
  message: 'Decisions are pure: what they need from the machine is given to them as a value.',
};
/** In use cases: comparing values with `node:util` and hashing them depend on nothing but the arguments. */
const NODE_BUT_VALUES = [
  { ...NODE, group: ['node:*', '!node:util', '!node:crypto'] },
  { ...NODE, group: ['node:crypto'], allowImportNames: ['createHash'] },
];
const SHARED_NEST = 'libs/platform/http/src/nest/**/*.ts';
const restrictedImports = (...patterns) => ['error', { patterns }];

/** Globals that make a decision depend on more than its arguments. */
const IMPURE_GLOBALS = [
  'Buffer',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'global',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
].map((name) => ({ name, message: 'Decisions are pure: pass in what they need as a value.' }));

/** In use cases: `Buffer.byteLength` depends on nothing but its arguments. */
const IMPURE_GLOBALS_BUT_BUFFER = IMPURE_GLOBALS.filter(({ name }) => name !== 'Buffer');

const TIME = 'Decisions are pure: pass in the time, or a Clock; do not read it.';

const IMPURE_PROPERTIES = [
  { object: 'Date', property: 'now', message: TIME },
  {
    object: 'Math',
    property: 'random',
    message: 'The same input gives the same output; chance is passed in.',
  },
];

const NO_DECORATOR = { selector: 'Decorator', message: 'Libs are plain TypeScript, without decorators.' };

const IMPURE_SYNTAX = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: TIME,
  },
  {
    selector: 'CallExpression[callee.name="Date"]',
    message: TIME,
  },
  NO_DECORATOR,
];

const INTERNAL_PATH =
  'Paths between our services stand in contracts/internal; call a client of adapters/services.';

/** What services say to each other has one table, with the schemas that check it. */
const INTERNAL_PATHS = [
  { selector: 'Literal[value=/internal\\u002Fv1/]', message: INTERNAL_PATH },
  { selector: 'TemplateElement[value.raw=/internal\\u002Fv1/]', message: INTERNAL_PATH },
];
/** JSON of somebody else that gets a type without a check; `unknown` is none. */
const UNCHECKED_JSON = [
  'TSAsExpression[typeAnnotation.type!="TSUnknownKeyword"]',
  'TSAsExpression[typeAnnotation.type!="TSUnknownKeyword"] > ConditionalExpression',
  'VariableDeclarator[id.typeAnnotation.typeAnnotation.type=/^TS(?!UnknownKeyword)/]',
]
  .flatMap((typed) => [
    `${typed} > CallExpression[callee.object.name="JSON"][callee.property.name="parse"]`,
    `${typed} > CallExpression[callee.property.name="json"]`,
    `${typed} > AwaitExpression > CallExpression[callee.property.name="json"]`,
  ])
  .map((selector) => ({
    selector,
    message: 'A cast checks nothing: parse it with the schema of its contract, or check the fields you read.',
  }));

const pureWith = (nodeModules, globals = IMPURE_GLOBALS) => ({
  '@typescript-eslint/no-restricted-imports': restrictedImports(APPS, NEST, ...nodeModules),
  'no-restricted-globals': ['error', ...globals],
  'no-restricted-properties': ['error', ...IMPURE_PROPERTIES],
  'no-restricted-syntax': ['error', ...IMPURE_SYNTAX, ...INTERNAL_PATHS],
});

export default tseslint.config(
  // Examples stand outside the workspace, as their readers do; the specification of the kit checks their types.
  { ignores: ['**/node_modules', '**/dist', '**/.nx', '**/.tessera', 'coverage', 'examples'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,mjs,cjs}'],
    plugins: { tessera: { rules: { 'concept-names': conceptNames } } },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': ['error', 'properties'],
      eqeqeq: 'error',
      'tessera/concept-names': 'error',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx, 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] })],
    },
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(sourceConstraints),
      // Within a package; between packages the rule above allows none.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-restricted-imports': restrictedImports(APPS),
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true, varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['apps/console/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: './apps/console/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['libs/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': restrictedImports(APPS, NEST) },
  },
  {
    // Guards, pipes and filters that apps share: plain classes, which the modules of the apps provide.
    files: [SHARED_NEST],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictedImports(APPS),
    },
  },
  {
    files: ['libs/**/*.ts'],
    ignores: [...TESTS, 'libs/contracts/internal/**', 'libs/adapters/services/**', 'libs/testing/**'],
    rules: { 'no-restricted-syntax': ['error', ...INTERNAL_PATHS] },
  },
  {
    files: [SHARED_NEST],
    ignores: TESTS,
    rules: { 'no-restricted-syntax': ['error', NO_DECORATOR, ...INTERNAL_PATHS] },
  },
  {
    files: ['apps/**/*.{ts,tsx}', 'libs/adapters/{oidc,services}/**/*.ts'],
    ignores: [...TESTS, 'apps/e2e/**'],
    rules: { 'no-restricted-syntax': ['error', ...INTERNAL_PATHS, ...UNCHECKED_JSON] },
  },
  {
    files: ['{apps,libs,tools}/**/*.{ts,tsx}'],
    // Types of messages, rows and statements are inferred from the schemas of the contracts and tables, the type of a
    // table of metrics from its metrics. Methods in lists of steps have their types from the list.
    ignores: [
      ...TESTS,
      ...['libs/contracts/**', 'libs/adapters/postgres/**', 'apps/*/src/*/metrics.ts'],
      'apps/e2e/src/console/steps/**',
    ],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'error' },
  },
  {
    files: ['tools/**/*.ts', 'apps/e2e/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': restrictedImports(NEST) },
  },
  {
    files: ['libs/domain/**/*.ts'],
    ignores: TESTS,
    rules: pureWith([NODE]),
  },
  {
    files: ['libs/application/**/*.ts'],
    ignores: TESTS,
    rules: pureWith(NODE_BUT_VALUES, IMPURE_GLOBALS_BUT_BUFFER),
  },
  {
    files: TESTS,
    extends: [jest.configs['flat/recommended']],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(testConstraints),
      'jest/expect-expect': [
        'error',
        {
          assertFunctionNames: [
            'expect',
            'expect*',
            'fc.assert',
            '**.expect*',
            'gone',
            'believes',
            '**.says',
          ],
        },
      ],
      'jest/no-disabled-tests': 'error',
      // Properties and scenario tables branch on their data, and contract suites check what their hooks set up.
      'jest/no-conditional-expect': 'off',
      'jest/no-standalone-expect': 'off',
    },
  },
  prettier,
);
