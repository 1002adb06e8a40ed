import { after, before, type Recipe } from './recipe';

const POLICY = 'libs/domain/autoscaling/src/policy.ts';
const WISH = 'libs/domain/autoscaling/src/rules/wish.ts';
const EXPLANATION = 'libs/domain/autoscaling/src/explanation.ts';
const CONDITIONS = 'libs/domain/autoscaling/src/conditions.ts';
const BUILDER = 'libs/domain/autoscaling/src/testing.ts';
const ENTRY = 'libs/application/reconciliation/src/scaling/scaling-entry.ts';
const CONTROLLER = 'libs/application/reconciliation/src/scaling/scaling-controller.ts';
const COST = 'tools/bench/src/scaling-trace/cost.ts';
const PLAY = 'tools/generate/src/scaling-fields/play.ts';
const SCALERS = 'tools/bench/src/scaling-trace/scalers.ts';
const REASON = 'libs/application/reconciliation/src/scaling/scaling-reason.ts';

/** Replicas by the number of requests beyond one for each replica. */
export const scalingRule: Recipe = {
  title: 'A scaling rule',
  names: /[bB]acklog/,
  steps: [
    {
      file: POLICY,
      change: [
        after(
          "  | ({ readonly kind: 'latency' } & LatencySettings)\n",
          "  | { readonly kind: 'backlog'; readonly perReplica: number }\n",
        ),
        before(
          "    case 'latency':\n",
          "    case 'backlog':\n      return { kind: name, perReplica: threshold };\n",
        ),
      ],
      missed: { typesOf: WISH },
    },
    {
      file: 'libs/domain/autoscaling/src/rules/backlog.ts',
      change: `/** Replicas for a backlog. Pure. */
export const decideOnBacklog = (perReplica: number, backlog: number): number =>
  Math.ceil(backlog / perReplica);
`,
      missed: { typesOf: WISH },
    },
    {
      file: WISH,
      change: [
        before(
          'import { decideOnCustom, type CustomHold }',
          "import { decideOnBacklog } from './backlog';\n",
        ),
        before(
          "    case 'activity': {\n",
          "    case 'backlog':\n      return wishing(decideOnBacklog(rule.perReplica, seen.backlog), { load: before, latency: grown });\n",
        ),
      ],
      missed: { typesOf: WISH },
    },
    {
      file: 'libs/domain/autoscaling/src/observation.ts',
      change: [after('  readonly requests: number;\n', '  readonly backlog: number;\n')],
      missed: { typesOf: WISH },
    },
    {
      file: BUILDER,
      change: [after('readyReplicas: 1, requests: 0,', ' backlog: 0,')],
      missed: { typesOf: BUILDER },
    },
    {
      file: ENTRY,
      change: [after('    requests: load.requests,\n', '    backlog: Math.max(0, load.requests - ready),\n')],
      missed: { typesOf: ENTRY },
    },
    {
      file: CONTROLLER,
      change: [before("  custom: 'rate',\n", "  backlog: 'rate',\n")],
      missed: { typesOf: CONTROLLER },
    },
    {
      file: COST,
      change: [before('        requests: Math.floor(load),\n', '        backlog: 0,\n')],
      missed: { typesOf: COST },
    },
    {
      file: SCALERS,
      change: [before('      requests,\n', '      backlog: 0,\n')],
      missed: { typesOf: SCALERS },
    },
    {
      file: PLAY,
      change: [before('      requests: inFlight,\n', '      backlog: 0,\n')],
      missed: { typesOf: PLAY },
    },
    {
      file: EXPLANATION,
      change: [before("    case 'activity':\n", "    case 'backlog':\n      return rule.perReplica;\n")],
      missed: { typesOf: EXPLANATION },
    },
    {
      file: CONDITIONS,
      change: [before("  custom: 'FailedGetPodsMetric',\n", "  backlog: 'FailedGetObjectMetric',\n")],
      missed: { typesOf: CONDITIONS },
    },
    {
      file: 'libs/contracts/events/src/scaling-inputs.ts',
      change: [
        ["'activity', 'fixed'])", "'activity', 'fixed', 'backlog'])"],
        before('  readyReplicas: count()', '  backlog: count().optional(),\n'),
      ],
      missed: { typesOf: REASON },
    },
    {
      file: REASON,
      change: [before('  valuePerReplica: (valuePerReplica)', '  backlog: (backlog) => ({ backlog }),\n')],
      missed: { typesOf: REASON },
    },
  ],
};
