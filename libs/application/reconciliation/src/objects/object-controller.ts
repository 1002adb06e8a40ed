import { maybe } from '@tessera/kernel';
import type { Problem, Problems } from '../model/problems';
import type { CompiledWorkload } from '../model/workload';
import type { ClusterView, ClusterWriter } from '../ports';
import type { Observation } from '../status/observation';
import type { SurroundingsChange } from '../waiting/surroundings-change';
import { claimObstacle } from './claims';
import { ownerData } from './owner-data';
import { exposedAddresses, guardedHosts, type GuardedHost, type UrlSettings } from './exposed-urls';

interface ControllerDependencies {
  readonly view: Pick<ClusterView, 'hasObjects' | 'hasOwnerData' | 'claimsOf' | 'storageClasses'>;
  readonly writer: Pick<ClusterWriter, 'ensureFirst' | 'writeOwnerData' | 'ensureObjects' | 'problemOf'>;
  /** Absent if the cluster exposes no URLs. */
  readonly exposing?: UrlSettings;
  readonly problems: Problems;
  /** Enqueues a workload again after a backoff. */
  readonly again: (workloadId: string, error: unknown) => void;
}

/** Problem of exposed URLs on a cluster that exposes none. */
const NOT_EXPOSED: Problem = {
  final: false,
  reason: 'NotConfigured',
  message:
    'spec.exposedUrls: this cluster exposes no URLs (TESSERA_EXPOSED_URLS is none); the serving endpoint still works.',
};

/** Maintains the owned objects of a workload apart from its replicas, and reports what is missing. */
export class ObjectController {
  private readonly hindered = new Set<string>();
  /** Claims that workloads mount, `namespace/name`. */
  private readonly mounted = new Map<string, ReadonlySet<string>>();

  constructor(private readonly on: ControllerDependencies) {}

  /** Creates or repairs them as needed. Returns false if an object that replicas need is missing. */
  async keep(target: CompiledWorkload): Promise<boolean> {
    const { view, writer, problems, again } = this.on;
    const { ref, generation } = target.workload;
    const id = ref.workloadId;
    if (view.hasObjects(target)) {
      problems.clear(id, 'objects');
      problems.clear(id, 'urls');
      return true;
    }
    try {
      const urls = await writer.ensureObjects(target);
      problems.clear(id, 'objects');
      if (urls === undefined) problems.clear(id, 'urls');
      else {
        problems.set(id, 'urls', generation, urls);
        again(id, new Error(urls.message));
      }
      return true;
    } catch (error) {
      problems.set(id, 'objects', generation, writer.problemOf(error));
      again(id, error);
      return false;
    }
  }

  /** Creates or repairs the objects that must exist before a replica. Returns false on failure. */
  async prepare(target: CompiledWorkload): Promise<boolean> {
    const { writer, problems, again } = this.on;
    const { ref, generation } = target.workload;
    try {
      await writer.ensureFirst(target);
      return true;
    } catch (error) {
      problems.set(ref.workloadId, 'objects', generation, writer.problemOf(error));
      again(ref.workloadId, error);
      return false;
    }
  }

  /** What a reconcile observes of them. */
  observe(target: CompiledWorkload): Pick<Observation, 'obstacle' | 'exposure'> {
    const { workloadId, namespace } = target.workload.ref;
    const { view } = this.on;
    const claims = view.claimsOf(target);
    if (claims.length === 0) this.mounted.delete(workloadId);
    else this.mounted.set(workloadId, new Set(claims.map(({ name }) => `${namespace}/${name}`)));
    const obstacle = claimObstacle(namespace, claims, view.storageClasses());
    if (obstacle === undefined) this.hindered.delete(workloadId);
    else this.hindered.add(workloadId);
    const exposure = this.exposure(target);
    return {
      ...maybe('obstacle', obstacle),
      ...maybe('exposure', exposure),
    };
  }

  /** Workloads whose claims blocked them in their last reconcile. */
  get waiting(): Iterable<string> {
    return this.hindered;
  }

  /** True if the workload mounts the claim that changed, as of its last reconcile; of a storage class, any claim. */
  refersTo(workloadId: string, { claim }: SurroundingsChange): boolean {
    const mounted = this.mounted.get(workloadId);
    return mounted !== undefined && (claim === undefined || mounted.has(`${claim.namespace}/${claim.name}`));
  }

  /** Writes the data of the workload that users and gateways read to its owner object, if it has changed. */
  async describe(target: CompiledWorkload, seen: Observation): Promise<void> {
    const { view, writer } = this.on;
    const data = ownerData(target, seen, this.guarded(target));
    if (!view.hasOwnerData(target.workload, data)) await writer.writeOwnerData(target.workload, data);
  }

  /** Hosts at which the gateway serves the workload; none where URLs do not lead through it. */
  private guarded(target: CompiledWorkload): readonly GuardedHost[] {
    const { exposing } = this.on;
    return exposing?.guarded === true
      ? guardedHosts(target, exposedAddresses(target, exposing).addresses)
      : [];
  }

  forget(workloadId: string): void {
    this.hindered.delete(workloadId);
    this.mounted.delete(workloadId);
  }

  private exposure(target: CompiledWorkload): Observation['exposure'] {
    const { exposing, problems } = this.on;
    if (target.intent.network.exposedUrls.length === 0) return undefined;
    if (exposing === undefined) return { urls: [], problem: NOT_EXPOSED, off: true };
    const { ref, generation } = target.workload;
    const { addresses, problem: why } = exposedAddresses(target, exposing);
    const problem =
      why === undefined
        ? problems.of(ref.workloadId, generation, 'urls')
        : { final: true, reason: 'UrlNotSupported', message: why };
    return {
      urls: addresses,
      ...maybe('problem', problem),
      off: false,
      ...maybe('guarded', exposing.guarded),
    };
  }
}
