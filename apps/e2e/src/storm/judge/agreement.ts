import type { EndState, PodSeen, WorkloadRow } from '../record/recording';
import type { Breach } from './breach';

/** What is still wrong between databases and cluster; nothing on a platform that has come to rest. */
export function agreement(end: EndState): readonly Breach[] {
  const living = new Map(end.workloads.filter((one) => one.living).map((one) => [one.id, one]));
  const replicas = end.pods.filter(({ kind }) => kind === 'replica');
  return [
    ...replicas.filter(({ workloadId }) => !living.has(workloadId)).map(withoutWorkload),
    ...[...living.values()].flatMap((workload) =>
      ownPods(
        workload,
        replicas.filter(({ workloadId }) => workloadId === workload.id),
      ),
    ),
    ...reservations(end.pods),
    ...wrongDevices(end.pods),
    ...rows(end, living),
    ...Object.entries(end.unpublished).flatMap(([service, count]): readonly Breach[] =>
      count === 0 ? [] : [{ kind: 'unpublished', what: `${count} rows of the outbox of ${service}` }],
    ),
    ...(end.deadLetters === 0
      ? []
      : [{ kind: 'dead-letter' as const, what: `${end.deadLetters} dead letters` }]),
  ];
}

const withoutWorkload = ({ namespace, name, workloadId }: PodSeen): Breach => ({
  kind: 'pod-without-workload',
  what: `${namespace}/${name} belongs to ${workloadId}, which does not exist`,
});

function ownPods(workload: WorkloadRow, pods: readonly PodSeen[]): readonly Breach[] {
  const { name, image, phase, message } = workload;
  const right = pods.filter((pod) => !pod.ended && !pod.deleting && pod.image === image);
  const seen = `${name} (${phase}: ${message}) has ${right.length} of ${workload.replicas} pods of ${image}, ${pods.length} pods in all`;
  const breaches: Breach[] = [];
  if (right.length < workload.replicas) breaches.push({ kind: 'workload-without-pod', what: seen });
  if (pods.length > workload.replicas) breaches.push({ kind: 'pod-without-workload', what: seen });
  if (phase !== 'Running' || right.some(({ ready }) => !ready))
    breaches.push({ kind: 'not-running', what: seen });
  return breaches;
}

/** A reservation pod holds a device for replicas; without one it holds it for nobody. */
function reservations(pods: readonly PodSeen[]): readonly Breach[] {
  const shared = new Set(
    pods
      .filter(({ kind }) => kind === 'replica')
      .flatMap(({ node, shares }) => shares.map(({ slot }) => `${node}/${slot}`)),
  );
  return pods
    .filter((pod) => pod.kind === 'reservation')
    .filter(({ node, shares }) => !shares.some(({ slot }) => shared.has(`${node}/${slot}`)))
    .map(({ name, node }) => ({
      kind: 'reservation-without-replica' as const,
      what: `${name} on ${node} holds a device that no replica has`,
    }));
}

/** Replicas that share a device see the one that its reservation pod has, and no device is reserved twice. */
function wrongDevices(pods: readonly PodSeen[]): readonly Breach[] {
  const wrong = (what: string): Breach => ({ kind: 'wrong-device', what });
  const reserved = new Map<string, PodSeen>();
  const owners = new Map<string, string>();
  const breaches: Breach[] = [];
  for (const pod of pods.filter(({ kind, ended }) => kind === 'reservation' && !ended)) {
    const [uuid = ''] = pod.uuids;
    const owner = owners.get(uuid);
    if (owner !== undefined) breaches.push(wrong(`${uuid} is reserved by ${owner} and ${pod.name}`));
    if (uuid !== '') owners.set(uuid, pod.name);
    for (const { slot } of pod.shares) reserved.set(`${pod.node}/${slot}`, pod);
  }
  for (const { kind, ended, name, node, shares, uuids } of pods) {
    if (kind !== 'replica' || ended) continue;
    shares.forEach(({ slot }, index) => {
      const right = reserved.get(`${node}/${slot}`)?.uuids[0];
      if (right !== undefined && uuids[index] !== right)
        breaches.push(wrong(`${name} sees ${uuids[index] ?? 'no device'}, its reservation has ${right}`));
    });
  }
  return breaches;
}

/** The scheduler has what the API has, at the same generation. */
function rows(end: EndState, living: ReadonlyMap<string, WorkloadRow>): readonly Breach[] {
  const accepted = new Map(end.accepted.filter(({ gone }) => !gone).map((row) => [row.id, row]));
  const disagree = (what: string): Breach => ({ kind: 'databases-disagree', what });
  return [
    ...[...accepted.values()].flatMap(({ id }) =>
      living.has(id) ? [] : [disagree(`the scheduler still has ${id}, which the API has not`)],
    ),
    ...[...living.values()].flatMap(({ id, name, generation }) => {
      const known = accepted.get(id)?.generation;
      if (known === generation) return [];
      return [disagree(`${name} is of generation ${generation}, at the scheduler ${known ?? 'not known'}`)];
    }),
  ];
}
