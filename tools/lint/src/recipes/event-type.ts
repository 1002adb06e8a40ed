import { after, before, type Recipe } from './recipe';

const TABLE = 'libs/contracts/events/src/table.ts';
const SAMPLES = 'libs/contracts/events/src/samples.ts';
const PROJECTION = 'libs/application/control-plane/src/projection/projection-events.ts';
const REPORTED = 'tools/generate/src/event-types.spec.ts';

/** The scheduler reports a replica that is taken out of rotation, the API the wish to delete a workload. */
export const eventType: Recipe = {
  title: 'An event type',
  names: /deletionRequested|DeletionRequested|replicaDraining|ReplicaDraining/,
  steps: [
    {
      file: 'libs/contracts/events/src/data.ts',
      change: [
        after(
          'export const Deleted = eventData({});\n',
          'export const DeletionRequested = eventData({});\nexport const ReplicaDraining = eventData({ podName: z.string() });\n',
        ),
      ],
      missed: { typesOf: TABLE },
    },
    {
      file: TABLE,
      change: [
        after('  Deleted,\n', '  DeletionRequested,\n  ReplicaDraining,\n'),
        before(
          '  phaseChanged: {\n',
          `  deletionRequested: {
    type: \`\${PREFIX}.deletion-requested.v1\`,
    topic: 'events',
    schema: DeletionRequested,
    description: 'Somebody asked for the deletion of a workload.',
  },
  replicaDraining: {
    type: \`\${PREFIX}.replica-draining.v1\`,
    topic: 'events',
    schema: ReplicaDraining,
    description: 'A replica was taken out of rotation.',
  },
`,
        ),
      ],
      missed: { typesOf: SAMPLES },
    },
    {
      file: SAMPLES,
      change: [
        after(
          '  deleted: { ...REF, generation: 3 },\n',
          "  deletionRequested: REF,\n  replicaDraining: { ...REF, podName: 'chat-0' },\n",
        ),
      ],
      missed: { typesOf: SAMPLES },
    },
    {
      file: 'libs/application/reconciliation/src/status/events.ts',
      change: [
        after(
          '  events.push(...scaleDecided(base, previous, next, seen));\n',
          `  for (const { id, name: podName, reason } of next.pods)
    if (reason === 'Draining' && before.get(id)?.reason !== reason)
      events.push({ name: 'replicaDraining', data: { ...base, podName } });
`,
        ),
      ],
      missed: { spec: REPORTED },
    },
    {
      file: 'libs/application/control-plane/src/workloads/messages.ts',
      change: [
        [
          `        attributes: attributes(workload, 1, context),
        data: { ...ref, generation: workload.generation },
      }),
    },
`,
          `        attributes: attributes(workload, 1, context),
        data: { ...ref, generation: workload.generation },
      }),
    },
    {
      topic: eventsTopic(context.topicPrefix).name,
      ...encodeEvent({
        name: 'deletionRequested',
        attributes: attributes(workload, 2, context),
        data: { ...ref, generation: workload.generation },
      }),
    },
`,
        ],
      ],
      missed: { spec: REPORTED },
    },
    {
      file: PROJECTION,
      change: [
        after(
          '  deleted: undefined,\n',
          "  deletionRequested: undefined,\n  replicaDraining: ({ podName }) => ({ reason: 'Draining', message: 'takes no requests', pod: podName }),\n",
        ),
      ],
      missed: { typesOf: PROJECTION },
    },
  ],
};
