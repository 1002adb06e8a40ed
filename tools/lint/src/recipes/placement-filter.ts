import { before, type Recipe } from './recipe';

const FILTERS = 'libs/domain/placement/src/filters/filters.ts';
const TEXT = 'libs/domain/placement/src/filters/verdict-text.ts';
const SENTENCES = 'libs/domain/placement/src/filters/verdict-message.spec.ts';
const KINDS = 'libs/application/reconciliation/src/waiting/capacity-change.ts';
const REQUEST = 'libs/application/reconciliation/src/placement/request.ts';
const BUILDER = 'libs/domain/placement/src/testing.ts';
const TRACE = 'tools/bench/src/placement-trace/openb.ts';
const SCALE = 'tools/bench/src/placement-scale/generated.ts';
const SCENARIOS = 'libs/domain/placement/src/scenarios.spec.ts';

/** Nodes without room for large shared memory, by a label. */
export const placementFilter: Recipe = {
  title: 'A placement filter',
  names: /SharedMemory|largeShm/,
  steps: [
    {
      file: 'libs/domain/placement/src/model/model.ts',
      change: [
        before("  'MigInvalid',\n", "  'SharedMemory',\n"),
        before(
          '  /** In order of preference; empty means any pool. */\n  readonly nodePools',
          '  readonly largeShm: boolean;\n',
        ),
      ],
      missed: { typesOf: FILTERS },
    },
    {
      file: FILTERS,
      change: [
        before(
          '  if (spec.migInvalid === true',
          "  if (shape.largeShm && spec.labels['shared-memory'] === 'small') return 'SharedMemory';\n",
        ),
      ],
      missed: { spec: SCENARIOS },
    },
    {
      file: TEXT,
      change: [
        before("    case 'Quota':\n", "    case 'SharedMemory':\n      return 'lack shared memory';\n"),
      ],
      missed: { typesOf: TEXT },
    },
    {
      file: SENTENCES,
      change: [
        before("  Quota: ['1 is", "  SharedMemory: ['1 lacks shared memory', '2 lack shared memory'],\n"),
      ],
      missed: { typesOf: SENTENCES },
    },
    {
      file: KINDS,
      change: [before("  Quota: 'quota',\n", "  SharedMemory: 'node',\n")],
      missed: { typesOf: KINDS },
    },
    {
      file: 'libs/domain/placement/src/filters/suggestions.ts',
      change: [
        before(
          '  for (const text of others)',
          "  if (rejected.has('SharedMemory')) suggestions.push('do without large shared memory');\n",
        ),
      ],
      missed: { spec: SCENARIOS },
    },
    {
      file: 'libs/domain/placement/src/model/shape.ts',
      change: [
        before('  readonly nodeType: string | undefined;\n', '  readonly largeShm: boolean;\n'),
        before('      nodeType: request.nodeType,\n', '      largeShm: request.largeShm,\n'),
        before('  return rest.length === 0 ?', "  if (request.largeShm) rest.push('m');\n"),
      ],
      missed: { typesOf: FILTERS },
    },
    {
      file: REQUEST,
      change: [before('    nodeSelector: {},\n', '    largeShm: resources.largeShm,\n')],
      missed: { typesOf: REQUEST },
    },
    {
      file: BUILDER,
      change: [before('  nodeSelector: {},\n', '  largeShm: false,\n')],
      missed: { typesOf: BUILDER },
    },
    {
      file: TRACE,
      change: [before('  nodeSelector: {},\n', '  largeShm: false,\n')],
      missed: { typesOf: TRACE },
    },
    {
      file: SCALE,
      change: [before('    nodeSelector: {},\n', '    largeShm: false,\n')],
      missed: { typesOf: SCALE },
    },
    {
      file: 'libs/domain/placement/scenarios/shared-memory.yaml',
      change: `title: A node with little shared memory takes no replica that wants much
covers: shared memory
nodes:
  - { name: a, labels: { shared-memory: small } }
steps:
  - request: { id: r, largeShm: true }
    refused:
      codes: { SharedMemory: 1 }
      suggestions: [do without]
`,
      missed: { spec: SCENARIOS },
    },
  ],
};
