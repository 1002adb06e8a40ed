import { commandsTopic, encodeEvent, formatSequence, type OrganisationUnit } from '@tessera/contracts-events';
import type { OutgoingRecord } from '@tessera/application-messaging';
import { maybe } from '@tessera/kernel';
import { SOURCE, type MessageContext } from '../workloads/messages';
import type { QuotaResources } from './org-unit';

/** A node pool, as quotas refer to it. */
export interface QuotaPool {
  readonly id: number;
  readonly name: string;
  readonly isDefault: boolean;
}

/** Compensates for binary fractions: 0.57 · 1000 is slightly less than 570. */
const EPSILON = 1e-6;

/**
 * Deserved GPUs per node pool in thousandths, rounded down like all capacities. A pool is identified by its id, else by
 * its name, else it is the default one; entries for a missing pool are ignored.
 */
export function deservedOf(
  resources: QuotaResources,
  pools: readonly QuotaPool[],
): OrganisationUnit['deserved'] {
  const deserved = new Map<string, number>();
  // Validated against the schema of the request when it was stored.
  for (const { nodePool, gpu } of resources as readonly unknown[] as readonly Quota[]) {
    const pool = poolOfQuota(nodePool ?? {}, pools);
    if (pool !== undefined) deserved.set(pool.name, Math.floor(gpu.deserved * 1000 + EPSILON));
  }
  return [...deserved].map(([nodePool, milliGpu]) => ({ nodePool, milliGpu }));
}

interface Quota {
  readonly nodePool?: { readonly id?: string | number; readonly name?: string } | null;
  readonly gpu: { readonly deserved: number };
}

/** The pool that a quota names by its id, else by its name; without both the default one. */
export const poolOfQuota = (
  named: { readonly id?: string | number; readonly name?: string },
  pools: readonly QuotaPool[],
): QuotaPool | undefined => pools.find((pool) => isNamed(pool, named));

function isNamed(pool: QuotaPool, { id, name }: { id?: string | number; name?: string }): boolean {
  if (id !== undefined && id !== '') return String(pool.id) === String(id);
  return name === undefined ? pool.isDefault : pool.name === name;
}

/** The command that sends the current state of a project or department to its cluster. */
export function orgUnitMessages(
  orgUnit: OrganisationUnit,
  { topicPrefix, newId, now, traceparent }: MessageContext,
): readonly OutgoingRecord[] {
  const attributes = {
    id: newId(),
    source: SOURCE,
    subject: `${orgUnit.scope}/${orgUnit.id}`,
    time: now,
    sequence: formatSequence(orgUnit.version),
    clusterid: orgUnit.clusterId,
    projectid: orgUnit.scope === 'project' ? orgUnit.id : '',
    workloadname: '',
    ...maybe('traceparent', traceparent),
  };
  return [
    {
      topic: commandsTopic(topicPrefix, orgUnit.clusterId).name,
      ...encodeEvent({ name: 'orgUnit', attributes, data: orgUnit }),
    },
  ];
}
