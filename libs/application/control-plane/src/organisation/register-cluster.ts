import { commandsTopic, type Topic } from '@tessera/contracts-events';
import type { Principal } from '../access/access';
import type { AccessStore } from '../access/access-store';
import { VIEWER } from '../access/roles';
import type { Secrets } from '../access/tokens';
import type { Changed } from '../outcome';
import type { ClusterRecord } from './cluster-store';
import type { OrganisationStore } from './organisation-store';

/** Dependencies of {@link registerCluster}. */
export interface RegistrationDependencies {
  readonly store: Pick<OrganisationStore, 'createCluster'>;
  readonly access: Pick<AccessStore, 'createSubject' | 'createRule'>;
  readonly secrets: Secrets;
  readonly newId: () => string;
  readonly topicPrefix: string;
  /** Label that distinguishes the nodes of the cluster's pools. */
  readonly nodePoolLabel: string;
  readonly ensureTopics: (topics: readonly Topic[]) => Promise<void>;
}

/** A new cluster and what its scheduler needs to connect. */
export interface RegisteredCluster {
  readonly cluster: ClusterRecord;
  readonly clientId: string;
  /** Shown once; only its hash is stored. */
  readonly clientSecret: string;
  readonly commandsTopic: string;
}

/**
 * Registers a cluster with a credential for its scheduler, which may read the cluster's resources and nothing else.
 * `already-exists` where the tenant has a cluster of that name.
 */
export async function registerCluster(
  { store, access, secrets, newId, topicPrefix, nodePoolLabel, ensureTopics }: RegistrationDependencies,
  request: { readonly name: string; readonly domain: string | null; readonly version: string | null },
  { tenantId, name: by }: Pick<Principal, 'tenantId' | 'name'>,
): Promise<Changed<RegisteredCluster>> {
  const id = newId();
  // Create the topics first: an unused topic is harmless, a cluster without one is not.
  const topic = commandsTopic(topicPrefix, id);
  await ensureTopics([topic]);
  const cluster = await store.createCluster({ ...request, id, tenantId, nodePoolLabel, by });
  if (!cluster.ok) return cluster;
  const clientSecret = secrets.generate();
  const clientId = `scheduler-${id}`;
  const secretHash = await secrets.hash(clientSecret);
  const subjectId = newId();
  const names = { kind: 'app', name: clientId, clientId } as const;
  const subject = await access.createSubject({
    id: subjectId,
    tenantId,
    ...names,
    secretHash,
    createdBy: by,
  });
  if (!subject.ok) return subject;
  const reader = { subjectId, subjectType: 'app', issuer: null, roleId: VIEWER } as const;
  const scope = { tenantId, scopeType: 'cluster', scopeId: id, createdBy: by } as const;
  const rule = await access.createRule({ ...reader, ...scope });
  if (!rule.ok) return rule;
  return { ok: true, value: { cluster: cluster.value, clientId, clientSecret, commandsTopic: topic.name } };
}
