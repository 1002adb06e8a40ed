import type { BodyOf } from '../../api/client';
import { shortType } from '../../live/event-text';
import type { WorkloadChange } from '../../live/live-events';
import type { Node } from './capacity';

type Project = Pick<
  BodyOf<'get_projects'>['projects'][number],
  'id' | 'name' | 'createdAt' | 'updatedAt' | 'updatedBy'
>;

/** Something that changed, and where to read more. */
export interface Change {
  /** Ms. */
  readonly at: number;
  readonly name: string;
  readonly text: string;
  readonly href: string;
}

/** What changed in one way, newest first. */
export interface ChangeGroup {
  readonly title: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'busy' | 'calm';
  /** All of them in a list. */
  readonly href: string;
  readonly changes: readonly Change[];
}

/** Event types that {@link changesOf} reads; all others would be read in vain. */
export const CHANGE_TYPES = ['created', 'deleted', 'phase-changed', 'scale-decided', 'cold-start'].map(
  (name) => `io.tessera.inference.${name}.v1`,
);

const SINCE = 'since=1h';
const GROUPS = [
  ['failed', 'Failed or degraded', 'bad', `/events?type=phase-changed&severity=bad&${SINCE}`],
  ['lost', 'Nodes lost', 'bad', '/nodes?status=NotReady'],
  ['waits', 'Began to wait', 'warn', `/events?type=phase-changed&severity=warn&${SINCE}`],
  ['started', 'Came to run', 'good', `/events?type=phase-changed&severity=good&${SINCE}`],
  ['woken', 'Woken by requests', 'busy', `/events?type=cold-start&${SINCE}`],
  ['scaled', 'Scaled', 'busy', `/events?type=scale-decided&${SINCE}`],
  ['nodes', 'Nodes back or new', 'good', '/nodes'],
  ['created', 'Created', 'calm', `/events?type=created&${SINCE}`],
  ['deleted', 'Deleted', 'calm', `/events?type=deleted&${SINCE}`],
  ['quota', 'Projects changed', 'calm', '/quota'],
] as const;
type Kind = (typeof GROUPS)[number][0];

const TO: Readonly<Record<string, Kind>> = {
  Running: 'started',
  Failed: 'failed',
  Degraded: 'failed',
  Pending: 'waits',
};

/**
 * What changed since a time (ms), in groups, those that call for somebody first: from the events of workloads, the times
 * at which nodes became what they are, and those at which projects were changed. Groups without a change are left out.
 */
export function changesOf(
  since: number,
  {
    events,
    nodes,
    projects,
  }: {
    readonly events: readonly WorkloadChange[];
    readonly nodes: readonly Pick<Node, 'name' | 'clusterUuid' | 'conditions' | 'createdAt'>[];
    readonly projects: readonly Project[];
  },
): readonly ChangeGroup[] {
  const found = new Map<Kind, Change[]>();
  for (const [kind, change] of allOf(events, nodes, projects)) {
    if (change.at < since) continue;
    const known = found.get(kind);
    if (known === undefined) found.set(kind, [change]);
    else known.push(change);
  }
  return GROUPS.flatMap(([kind, title, tone, href]) => {
    const changes = found.get(kind)?.sort((a, b) => b.at - a.at);
    return changes === undefined ? [] : [{ title, tone, href, changes }];
  });
}

type Given = Parameters<typeof changesOf>[1];

/** One after the other: a list of all of them would be made each second. */
function* allOf(
  events: Given['events'],
  nodes: Given['nodes'],
  projects: Given['projects'],
): Generator<Meaning[number]> {
  for (const event of settled(events)) yield* meaningOf(event);
  for (const node of nodes) yield* ofNode(node);
  for (const project of projects) yield* ofProject(project);
}

/**
 * The events without what happens to every workload that is created: that it waits until its first reconcile, and the
 * replicas that it begins with. Who waits is who has not gone on since.
 */
function settled(events: readonly WorkloadChange[]): readonly WorkloadChange[] {
  const isNew = new Set(
    events.filter(({ type }) => shortType(type) === 'created').map(({ subject }) => subject),
  );
  const first = new Set<string>();
  const phases = new Map<string | undefined, string>();
  for (const { subject, type, data = {}, id } of events) {
    if (shortType(type) === 'phase-changed') phases.set(subject, id);
    if (shortType(type) === 'scale-decided' && isNew.has(subject) && data['from'] === 0) {
      first.add(id);
      isNew.delete(subject);
    }
  }
  return events.filter(
    ({ id, type, subject, data = {} }) =>
      !first.has(id) &&
      !(shortType(type) === 'phase-changed' && data['to'] === 'Pending' && phases.get(subject) !== id),
  );
}

type Meaning = readonly (readonly [Kind, Change])[];

/** What each event means, worked out once: the events of an hour are gone through whenever some arrive. */
const meanings = new WeakMap<WorkloadChange, Meaning>();

function meaningOf(event: WorkloadChange): Meaning {
  const known = meanings.get(event);
  if (known !== undefined) return known;
  const meaning = ofEvent(event);
  meanings.set(event, meaning);
  return meaning;
}

function ofEvent(event: WorkloadChange): Meaning {
  const { type, data = {}, subject = '', workloadname = subject, time } = event;
  const change = (kind: Kind, text = ''): Meaning => [
    [kind, { at: Date.parse(time), name: workloadname, text, href: `/workloads/${subject}` }],
  ];
  switch (shortType(type)) {
    case 'created':
      return change('created', by(data['createdBy']));
    case 'deleted':
      return change('deleted');
    case 'cold-start':
      // Only of a start that a request waited for.
      return isHeld(data['stages'])
        ? change('woken', `in ${(Number(data['totalMs']) / 1000).toFixed(1)} s`)
        : [];
    case 'scale-decided':
      return data['from'] === data['to']
        ? []
        : change('scaled', `${String(data['from'])} → ${String(data['to'])}`);
    case 'phase-changed': {
      const kind = TO[String(data['to'])];
      // A message that changes while the phase stays is no change of the phase, but of those that wait it is the reason.
      const stays = data['from'] === data['to'] && kind !== 'waits';
      return kind === undefined || stays ? [] : change(kind, text(data['message']));
    }
    default:
      return [];
  }
}

function ofNode({
  name,
  clusterUuid,
  conditions,
  createdAt,
}: Parameters<typeof changesOf>[1]['nodes'][number]) {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined) return [];
  const at = Date.parse(ready.lastTransitionTime);
  const isNew = at - Date.parse(createdAt) < NEW_MS;
  const what = ready.status !== 'True' ? 'lost' : isNew ? 'is new' : 'is back';
  const href = `/nodes/${clusterUuid}/${name}`;
  return [[what === 'lost' ? 'lost' : 'nodes', { at, name, text: what, href }] as const];
}

/** A node that becomes ready so soon after it was created was not away. */
const NEW_MS = 10 * 60_000;

function ofProject({ name, createdAt, updatedAt, updatedBy }: Project) {
  const at = Date.parse(updatedAt);
  if (Number.isNaN(at) || at === Date.parse(createdAt)) return [];
  return [['quota', { at, name, text: by(updatedBy), href: '/quota' }] as const];
}

const isHeld = (stages: unknown): boolean =>
  Array.isArray(stages) && stages.some((one: { readonly stage?: unknown }) => one.stage === 'held');
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const by = (value: unknown): string => (text(value) === '' ? '' : `by ${text(value)}`);
