import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createNodesFromFiles } from '@nx/devkit';

/**
 * Test levels by target: the jest projects, and the end of the names of their files. A level with `workers` takes the
 * machine for itself and runs so many files at once; others run one file at a time beside other packages.
 */
const LEVELS = {
  test: { projects: 'unit', suffix: /\.spec\.ts$/, cache: true },
  'test-integration': { projects: 'integration', suffix: /\.int-spec\.ts$/, cache: true },
  'test-e2e': { projects: 'e2e', suffix: /\.e2e-spec\.ts$/, workers: 3 },
  'test-kube': { projects: 'integration e2e', suffix: /\.kube\.(int|e2e)-spec\.ts$/, workers: 1 },
  'test-attacks': { projects: 'attacks', suffix: /\.attack-spec\.ts$/, workers: 2 },
  'test-soak': { projects: 'soak', suffix: /\.soak-spec\.ts$/, workers: 2 },
  'test-node': { projects: 'node', suffix: /\.node-spec\.ts$/, workers: 1 },
};

/** Results depend on a package, on what it is built from, and on these. */
const SOURCES = ['default', '^default'];

/**
 * Infers the targets of every package from its files: `lint` and `typecheck` where there are sources, and one test
 * target for each level of which it has specifications. A package declares none of them itself.
 */
export const createNodesV2 = [
  '{apps,libs,tools}/**/package.json',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => nodesOf(dirname(file), context.workspaceRoot),
      files.filter((file) => !file.includes('node_modules')),
      options,
      context,
    ),
];

function nodesOf(root, workspaceRoot) {
  const sources = join(workspaceRoot, root, 'src');
  if (!existsSync(sources)) return {};
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  const levels = Object.entries(LEVELS).filter(([, { suffix }]) => files.some((file) => suffix.test(file)));
  const tests = levels.map(([target, level]) => [target, testTarget(target, level, root)]);
  return {
    projects: {
      [root]: {
        targets: { lint: lintTarget(root), typecheck: typecheckTarget(root), ...Object.fromEntries(tests) },
      },
    },
  };
}

const lintTarget = (root) => ({
  ...command(`eslint ${root} --max-warnings 0`),
  cache: true,
  inputs: [...SOURCES, 'lintRules', 'layers'],
});

const typecheckTarget = (root) => ({
  ...command(`node tools/nx-plugin/src/typecheck.mjs ${root}`),
  cache: true,
  inputs: [...SOURCES, 'compiler'],
});

/** The report is an output, so that a result from the cache brings the counts of its tests along. */
function testTarget(target, { projects, suffix, cache = false, workers }, root) {
  const folder = `dist/test-reports/${target}`;
  const report = `${folder}/${root.replaceAll('/', '-')}.json`;
  const select = `--selectProjects ${projects} --testPathPatterns '/${root}/.*${suffix.source}'`;
  const speed = workers === undefined ? '--runInBand' : `--maxWorkers ${workers}`;
  return {
    ...command(`mkdir -p ${folder} && jest ${select} ${speed} --json --outputFile ${report}`),
    cache,
    parallelism: workers === undefined,
    inputs: [...SOURCES, 'testRun', 'alsoRead'],
    outputs: [`{workspaceRoot}/${report}`],
  };
}

const command = (text) => ({
  executor: 'nx:run-commands',
  options: { command: text, cwd: '{workspaceRoot}' },
});
