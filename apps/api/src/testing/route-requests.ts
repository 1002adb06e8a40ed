import { ROUTES, type Route } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import type { Branch } from './two-org-units';

/** The role with read permissions only. */
export const VIEWER = 9;

/** Values for required query parameters. */
const QUERY = {
  start: '2025-01-01T00:00:00Z',
  end: '2025-01-02T00:00:00Z',
  limit: '500',
  follow: 'false',
  lastEventId: '0',
} as const;

/** Of usage: by workload, from an hour before the clock of the tests begins. */
const USAGE = {
  start: '2025-12-31T23:00:00Z',
  end: '2026-01-02T00:00:00Z',
  groupBy: 'workload',
  minHours: '1',
} as const;

let names = 0;

/** A body that satisfies every route: bodies are loose, so each route takes the fields that it knows. */
export const bodyAt = ({ clusterId, departmentId, projectId }: Branch) => ({
  name: `made-${(names += 1)}`,
  ...{ clusterId, projectId, parentId: departmentId, resources: [] },
  projectIds: [projectId],
  targets: [{ workload: 'chat', weight: 1 }],
  limits: { requestsPerMinute: 100 },
  meta: { name: `made-${names}`, scope: 'project', projectId },
  spec: { image: 'model:1', servingPort: { container: 8000 }, existingSecretName: 'a-secret' },
  originPvcName: 'a-claim',
  ...{ subjectId: `subject-${names}`, subjectType: 'user', roleId: VIEWER },
  ...{ scopeType: 'project', scopeId: projectId, email: `made-${names}@example.com` },
  ...{ labelKey: 'pool', labelValue: `made-${names}` },
});

/** Values of parameters of which each route has others; what a route measures is known without asking anybody. */
const CHOICES = {
  metricType: ['LATENCY', 'GPU_UTILIZATION', 'GPU_QUOTA'],
  telemetryType: ['WORKLOADS_COUNT', 'GPU_QUOTA', 'TOTAL_GPUS'],
  groupBy: ['ProjectId', 'DepartmentId', 'Node', 'project'],
} as const;

/** The value of the parameter that the route takes; undefined for a route without the parameter. */
const chosen = (name: keyof typeof CHOICES, query: Route['query']): string | undefined =>
  CHOICES[name].find((value) => query?.[name]?.safeParse(value).success === true);

/** A call of a route about the resources of a branch of the organisation. */
export function requestOf({ method, path, query, body }: Route, at: Branch) {
  const isUsage = path.startsWith(ROUTES.get_usage.path);
  // Filtered to one project they would show nothing of another in any case.
  const isUnfiltered =
    isUsage ||
    [
      ROUTES.stream_events.path,
      ROUTES.get_serving_keys.path,
      ROUTES.get_serving_limits.path,
      ROUTES.get_model_aliases.path,
    ].includes(path as never);
  const known: Readonly<Record<string, string>> = {
    ...QUERY,
    ...maybe('metricType', chosen('metricType', query)),
    ...maybe('telemetryType', chosen('telemetryType', query)),
    ...maybe('groupBy', chosen('groupBy', query)),
    ...(isUsage ? USAGE : {}),
    ...(isUnfiltered ? {} : { projectId: at.projectId }),
  };
  const asked = Object.keys(query ?? {}).flatMap((name) =>
    known[name] === undefined ? [] : [`${name}=${encodeURIComponent(known[name])}`],
  );
  const target: Readonly<Record<string, string>> = { ...at, roleId: '1', nodepoolName: 'default' };
  const address = path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => target[name] ?? at.podId);
  return {
    method,
    url: asked.length === 0 ? address : `${address}?${asked.join('&')}`,
    ...(body === undefined ? {} : { payload: JSON.stringify(bodyAt(at)) }),
  };
}
