import { severityOf, shortType, type Severity } from '../../live/event-text';
import type { WorkloadChange } from '../../live/live-events';

/** From when on events are shown that happened before the page was opened. */
export const SINCE = [
  ['', 'From now on'],
  ['5m', 'The last 5 minutes'],
  ['1h', 'The last hour'],
  ['1d', 'The last day'],
  ['7d', 'All that are kept'],
] as const;
const SINCE_MS: Readonly<Record<string, number>> = {
  '5m': 300_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
  // A little more than events are kept, so that the oldest of them is not left out.
  '7d': 8 * 86_400_000,
};

/** What the page of events shows; its address holds it. Empty is all. */
export interface EventFilter {
  /** Short name of a type. */
  readonly type: string;
  /** Id of a project. */
  readonly project: string;
  /** Part of the name of a workload. */
  readonly workload: string;
  readonly severity: string;
  readonly since: string;
}

const FIELDS = ['type', 'project', 'workload', 'severity', 'since'] as const;

/** Reads the filter from the query of an address. */
export function eventFilter(query: string): EventFilter {
  const given = new URLSearchParams(query);
  const [type = '', project = '', workload = '', severity = '', since = ''] = FIELDS.map(
    (field) => given.get(field) ?? '',
  );
  return { type, project, workload, severity, since: since in SINCE_MS ? since : '' };
}

/** The query of an address for the filter. */
export const queryOf = (filter: EventFilter): string =>
  new URLSearchParams(
    FIELDS.filter((field) => filter[field] !== '').map((field) => [field, filter[field]]),
  ).toString();

/** The query of the API that leaves as much as possible of what the filter does not want; undefined for no replay. */
export function replayQuery(
  { type, project, since }: EventFilter,
  now: number,
): Readonly<Record<string, string>> | undefined {
  const ms = SINCE_MS[since];
  if (ms === undefined) return undefined;
  return {
    since: new Date(now - ms).toISOString(),
    ...(type === '' ? {} : { type: `io.tessera.inference.${type}.v1` }),
    ...(project === '' ? {} : { projectId: project }),
  };
}

/** `warn` holds what is bad as well; the others hold themselves. */
const HOLDS: Readonly<Record<string, readonly Severity[]>> = { warn: ['warn', 'bad'] };

/** Whether the filter wants an event. */
export function wants({ type, project, workload, severity }: EventFilter, event: WorkloadChange): boolean {
  const { projectid, workloadname = '', subject } = event;
  return (
    (type === '' || shortType(event.type) === type) &&
    (project === '' || projectid === project) &&
    (workload === '' ||
      subject === workload ||
      workloadname.toLowerCase().includes(workload.trim().toLowerCase())) &&
    (severity === '' || (HOLDS[severity] ?? [severity]).includes(severityOf(event)))
  );
}
