import type { ConfigMapWire } from '@tessera/adapter-kubernetes';
import {
  ANNOTATIONS,
  servingConfigurationIn,
  workloadOf,
  type OwnerData,
  type OwnerSources,
} from '@tessera/contracts-kubernetes';
import { servingAccess } from '@tessera/domain-workload/access';
import { maybe } from '@tessera/kernel';
import { exposedHostsOf } from '../routing/exposed-hosts';
import type { KnownWorkload } from '../routing/replica';

const HARD_LIMIT = 'concurrencyHardLimit' satisfies keyof OwnerData;
const TIMEOUT = 'requestTimeoutSeconds' satisfies keyof OwnerData;
const HOSTS = 'exposedHosts' satisfies keyof OwnerData;
const KEPT = [HARD_LIMIT, TIMEOUT, HOSTS];

/** The owner object with only the fields that the gateway reads, to save memory. */
export function trimmedOwner({ metadata, data }: ConfigMapWire): ConfigMapWire {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels } = metadata;
  const kept = KEPT.flatMap((key) => (data?.[key] === undefined ? [] : [[key, data[key]] as const]));
  const serving = metadata.annotations?.[ANNOTATIONS.servingConfiguration];
  return {
    metadata: {
      ...{ name, uid, resourceVersion, creationTimestamp },
      ...maybe('namespace', namespace),
      ...maybe('deletionTimestamp', deletionTimestamp),
      ...maybe('labels', labels),
      ...(serving === undefined ? {} : { annotations: { [ANNOTATIONS.servingConfiguration]: serving } }),
    },
    ...(kept.length === 0 ? {} : { data: Object.fromEntries(kept) }),
  };
}

/** The workload of an owner object; undefined where the object belongs to none, whatever its labels are. */
export function workloadOfOwner(
  { metadata, data }: ConfigMapWire,
  bindingOf: OwnerSources['bindingOf'],
): KnownWorkload | undefined {
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const identity = workloadOf(metadata, bindingOf);
  if (identity === undefined) return undefined;
  const { project, workload, workloadId } = identity;
  const limit = positiveOf(data?.[HARD_LIMIT]);
  const timeout = positiveOf(data?.[TIMEOUT]);
  const hosts = exposedHostsOf(data?.[HOSTS]);
  return {
    uid: metadata.uid,
    project,
    workload,
    workloadId,
    ...maybe('createdAt', metadata.creationTimestamp),
    ...maybe('concurrencyHardLimit', limit),
    ...maybe('requestTimeoutMs', timeout && timeout * 1_000),
    ...(hosts.length === 0 ? {} : { hosts }),
    ...servingOf(metadata.annotations?.[ANNOTATIONS.servingConfiguration]),
  };
}

type Serving = Pick<
  KnownWorkload,
  'access' | 'clusterLocalOnly' | 'protocol' | 'wantsToken' | 'sessionCookie' | 'prefixAffinity'
>;

/**
 * The fields of `spec.servingPort` and `spec.servingConfiguration`, which the annotation copies. Public where the
 * annotation is absent; callable by nobody where it is malformed.
 */
function servingOf(text: string | undefined): Serving {
  if (text === undefined) return { access: 'public' };
  const fields = servingConfigurationIn(text);
  if (fields === undefined) return { access: 'nobody' };
  const { clusterLocalAccessOnly, protocol, tessera } = fields;
  return {
    access: servingAccess(fields),
    ...(clusterLocalAccessOnly === true ? { clusterLocalOnly: true } : {}),
    ...(protocol === 'grpc' ? { protocol: 'grpc' } : {}),
    ...(tessera?.forwardToken === true ? { wantsToken: true } : {}),
    ...(tessera?.sessionCookie === true ? { sessionCookie: true } : {}),
    ...(tessera?.prefixAffinity === false ? { prefixAffinity: false } : {}),
  };
}

/** A positive decimal number as the scheduler writes it; undefined where it is empty or malformed. */
const positiveOf = (text = ''): number | undefined =>
  /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
