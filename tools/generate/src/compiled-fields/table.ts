import { PLAIN_SHARING, workloadObjects, type UrlExposure } from '@tessera/adapter-kubernetes';
import { accepted, type NewReplica } from '@tessera/application-reconciliation';
import { toIntent, type InferenceSpec, type WorkloadIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { ELSEWHERE } from './elsewhere';
import { FULL_SPEC } from './full-spec';
import { differences, leavesOf, nameOf, without } from './paths';

/** Where a field of the create request ends up. */
export interface Home {
  readonly field: string;
  /** Fields of Kubernetes objects that change with it. */
  readonly objects: readonly string[];
  /** Other effects of the field. */
  readonly elsewhere?: string;
}

/** Namespace of the objects. */
export const NAMESPACE = 'n';

const COMMAND = {
  workloadId: '00000000-0000-4000-8000-000000000001',
  name: 'w',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  projectId: '1',
  projectName: 'project-1',
  departmentId: '2',
  departmentName: 'department-2',
  namespace: NAMESPACE,
  generation: 1,
  createdBy: 'me',
  createdAt: '2026-01-01T00:00:00.000Z',
  defaultNodePools: [],
};
/** A replica on devices of 40 GiB whose reservation pods have not reported yet. */
function replicaOf({ resources: { gpu } }: WorkloadIntent): NewReplica {
  const count = gpu.kind === 'portion' || gpu.kind === 'memory' ? gpu.devices : 0;
  const milliGpu = gpu.kind === 'portion' ? gpu.milliGpu : 250;
  const memoryMiB = gpu.kind === 'memory' ? gpu.memoryMiB : Math.floor((39_731 * milliGpu) / 1000);
  const devices = Array.from({ length: count }, (_, slot) => ({ slot, milliGpu, memoryMiB }));
  const placement = { node: 'node-a', kind: count > 0 ? gpu.kind : ('none' as const), devices };
  return { ordinal: 0, name: 'w-0', placement, deviceMap: 'w-0-gpu-1a2b3c4d' };
}

/** Exposed URLs as they are where they are Ingresses. */
const EXPOSURE: UrlExposure = { kind: 'ingress', base: 'https://apps.example' };

/** The defaults of the scheduler's settings. */
const LEAVING = { requestMs: 300_000, preStopSeconds: 5 };

/** The objects of a spec, by kind and what distinguishes them. */
export function objectsOf(
  spec: unknown,
  exposure: UrlExposure = EXPOSURE,
): Readonly<Record<string, unknown>> {
  const intent = toIntent(spec as InferenceSpec).intent;
  const workload = accepted({ ...COMMAND, spec: spec as Record<string, unknown> }, COMMAND.createdAt);
  return Object.fromEntries(
    workloadObjects({ workload, intent }, replicaOf(intent), PLAIN_SHARING, exposure, LEAVING).map(
      (object) => {
        const { kind, metadata } = object;
        return [kind === 'Service' ? `Service ${metadata?.name}` : `${kind}`, object];
      },
    ),
  );
}

/** Every field of the request in the order of the full spec, each once. */
export function homes(): readonly Home[] {
  const whole = objectsOf(FULL_SPEC);
  const found = new Map<string, Set<string>>();
  for (const path of leavesOf(FULL_SPEC)) {
    const changed = differences(whole, objectsOf(without(FULL_SPEC, path))).map(shortened);
    found.set(nameOf(path), new Set([...(found.get(nameOf(path)) ?? []), ...changed]));
  }
  return [...found].map(([field, objects]) => {
    const elsewhere = ELSEWHERE[field];
    return { field, objects: summarised([...objects]), ...maybe('elsewhere', elsewhere) };
  });
}

/** Names that mean something here alone are left out. */
const shortened = (path: string): string =>
  path
    .replace(
      /^(Service) w-(serving|port|url)(-\d+)?/,
      (_all, kind: string, suffix: string) => `${kind} (${suffix})`,
    )
    .replaceAll(
      /\[\]\.(main|vol-\d+|clone-vol-\d+|VALUE|SECRET|CONFIG|FIELD|CREDENTIAL|disk|gpu|registry|admin|\d+)(?=\.|$)/g,
      '[]',
    );

/** At most four fields: the others follow from the same cause. */
const summarised = (objects: readonly string[]): readonly string[] =>
  [...new Set(objects)].sort().slice(0, 4);
