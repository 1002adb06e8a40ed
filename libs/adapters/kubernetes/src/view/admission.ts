import type { CompiledWorkload, PodAmounts } from '@tessera/application-reconciliation';
import { compareQuantities, parseQuantity } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { KubernetesConnection } from '../api/connection';
import { Informer } from '../informer/informer';
import type { Change, WireObject } from '../informer/wire-object';
import { podUsage } from '../api/usage';
import type { ContainerResources, PodWire } from '../api/wire';
import { replicaPod } from '../objects/pod';
import { PLAIN_SHARING, type GpuSharing } from '../objects/sharing';

/** A list of resources with their quantities, as on the wire. */
type ResourceList = Readonly<Record<string, string>>;

/** The fields of a LimitRange that we read. */
export interface LimitRangeWire extends WireObject {
  readonly spec?: {
    readonly limits?: readonly {
      readonly type: string;
      readonly default?: ResourceList;
      readonly defaultRequest?: ResourceList;
    }[];
  };
}

interface CachedLimitRange extends WireObject {
  readonly defaults: ResourceList;
}

/** The fields of a RuntimeClass that we read. */
export interface RuntimeClassWire extends WireObject {
  readonly overhead?: { readonly podFixed?: ResourceList };
}

/**
 * The request that a LimitRange gives each container which sets neither a request nor a limit. The API server stores a
 * `defaultRequest` for each `default`, each `max` and each `min` (SetDefaults_LimitRangeItem in pkg/apis/core/v1).
 */
export const requestDefaults = ({ spec }: LimitRangeWire): ResourceList =>
  larger(
    (spec?.limits ?? [])
      .filter(({ type }) => type === 'Container')
      .map((limit) => ({ ...limit.default, ...limit.defaultRequest })),
  );

/** Kubernetes does not define which of several LimitRanges gives a default: placement counts the largest. */
function larger(lists: readonly ResourceList[]): ResourceList {
  const found: Record<string, string> = {};
  for (const [name, text] of lists.flatMap((list) => Object.entries(list))) {
    const [known, one] = [parseQuantity(found[name] ?? ''), parseQuantity(text)];
    if (known === undefined || (one !== undefined && compareQuantities(known, one) < 0)) found[name] = text;
  }
  return found;
}

/**
 * A pod as the API server stores it, as far as kubelet counts it: each container with its defaults (LimitRanger in
 * plugin/pkg/admission/limitranger; a missing request is the limit before that), and the overhead of its RuntimeClass.
 */
export const admittedSpec = (
  spec: PodWire['spec'],
  defaults: ResourceList,
  overhead: ResourceList | undefined,
): PodWire['spec'] => {
  const admitted = <C extends { readonly resources?: ContainerResources }>(container: C): C => ({
    ...container,
    resources: {
      requests: { ...defaults, ...container.resources?.limits, ...container.resources?.requests },
    },
  });
  return {
    ...spec,
    containers: spec.containers.map(admitted),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(admitted) }),
    ...maybe('overhead', overhead),
  };
};

/** What the API server adds to pods on their creation: the LimitRanges and RuntimeClasses of the cluster. */
export class Admission {
  private readonly limitRanges: Informer<LimitRangeWire, CachedLimitRange>;
  private readonly runtimeClasses: Informer<RuntimeClassWire>;
  /** Defaults by namespace and name of their LimitRange. */
  private readonly defaults = new Map<string, Map<string, ResourceList>>();
  private readonly sharing: GpuSharing;

  /** `runtimeClass` is that of pods that share devices. */
  constructor(
    connection: KubernetesConnection,
    logger: Logger,
    { runtimeClass, onChange }: { readonly runtimeClass?: string; readonly onChange: () => void },
  ) {
    this.sharing = { ...PLAIN_SHARING, ...maybe('runtimeClass', runtimeClass) };
    this.limitRanges = new Informer<LimitRangeWire, CachedLimitRange>({
      connection,
      logger,
      path: '/api/v1/limitranges',
      trim: (range) => {
        const { name, namespace = '', uid, resourceVersion } = range.metadata;
        return { metadata: { name, namespace, uid, resourceVersion }, defaults: requestDefaults(range) };
      },
    });
    this.runtimeClasses = new Informer<RuntimeClassWire>({
      connection,
      logger,
      path: '/apis/node.k8s.io/v1/runtimeclasses',
    });
    this.limitRanges.onChange((change) => {
      this.index(change);
      onChange();
    });
    this.runtimeClasses.onChange(onChange);
  }

  get informers(): readonly Pick<Informer<WireObject>, 'start' | 'refresh' | 'stop' | 'synced'>[] {
    return [this.limitRanges, this.runtimeClasses];
  }

  /** Requests of a new replica after admission; undefined if admission adds nothing to its spec. */
  requestsOf(target: CompiledWorkload): PodAmounts | undefined {
    const ranges = this.defaults.get(target.workload.ref.namespace);
    if (ranges === undefined && this.sharing.runtimeClass === undefined) return undefined;
    const { kind } = target.intent.resources.gpu;
    const replica = { ordinal: 0, name: '', placement: { node: '', kind, devices: [] } };
    const spec = replicaPod(target, replica, this.sharing).spec as PodWire['spec'] & {
      readonly runtimeClassName?: string;
    };
    const overhead = this.runtimeClasses.get(spec.runtimeClassName ?? '')?.overhead?.podFixed;
    if (ranges === undefined && overhead === undefined) return undefined;
    return podUsage({ spec: admittedSpec(spec, larger([...(ranges?.values() ?? [])]), overhead) });
  }

  private index({ object: { metadata } }: Change<LimitRangeWire | CachedLimitRange>): void {
    const { name, namespace = '' } = metadata;
    const cached = this.limitRanges.get(name, namespace);
    const ranges = this.defaults.get(namespace) ?? new Map<string, ResourceList>();
    if (cached === undefined) ranges.delete(name);
    else ranges.set(name, cached.defaults);
    if (ranges.size === 0) this.defaults.delete(namespace);
    else this.defaults.set(namespace, ranges);
  }
}
