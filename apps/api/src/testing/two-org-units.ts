import { PostgresActivityStore } from '@tessera/adapter-postgres';
import {
  encodeEvent,
  eventsTopic,
  formatSequence,
  workloadsTopic,
  type EventAttributes,
} from '@tessera/contracts-events';
import type { CredentialKind } from '@tessera/contracts-rest';
import { ROLES, type Role, type ScopeType } from '@tessera/application-control-plane';
import { deviceShare, gpuAllocation } from '@tessera/testing-builders';
import type { ApiUnderTest, Json } from './api-under-test';

/** All ids that a path, query or body can name, in one branch of the organisation. */
export interface Branch {
  readonly clusterId: string;
  readonly departmentId: string;
  readonly projectId: string;
  readonly workloadId: string;
  readonly revisionId: string;
  readonly podId: string;
  readonly appId: string;
  readonly userId: string;
  readonly accessRuleId: string;
  readonly datavolumeId: string;
  readonly accessKeyId: string;
  readonly passwordId: string;
  readonly dockerRegistryId: string;
  readonly genericSecretId: string;
  readonly keyId: string;
  readonly aliasId: string;
}

/** Ids of nothing that exists. */
export const NOWHERE: Branch = {
  clusterId: '00000000-0000-4000-8000-0000000000c1',
  departmentId: '909090',
  projectId: '909091',
  workloadId: '00000000-0000-4000-8000-0000000000a1',
  revisionId: '00000000-0000-4000-8000-0000000000b1',
  podId: '00000000-0000-4000-8000-0000000000d1',
  appId: '00000000-0000-4000-8000-0000000000e1',
  userId: '00000000-0000-4000-8000-0000000000f1',
  accessRuleId: '909092',
  datavolumeId: '00000000-0000-4000-8000-0000000000a2',
  accessKeyId: '00000000-0000-4000-8000-0000000000a3',
  passwordId: '00000000-0000-4000-8000-0000000000a4',
  dockerRegistryId: '00000000-0000-4000-8000-0000000000a5',
  genericSecretId: '00000000-0000-4000-8000-0000000000a6',
  keyId: '00000000-0000-4000-8000-0000000000a7',
  aliasId: '00000000-0000-4000-8000-0000000000a9',
};

/** A cluster with a node pool, a department, a project and a workload with a pod, all with names of one prefix. */
export async function branch(t: ApiUnderTest, label: string): Promise<Branch> {
  const post = async (path: string, body: object): Promise<Json> => {
    const answer = await t.call('POST', path, { body });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const cluster = await post('/api/v1/clusters', { name: `${label}-cluster` });
  const at = { clusterId: cluster.uuid, resources: [] };
  await post(`/v1/k8s/clusters/${cluster.uuid}/node-pools`, {
    ...{ name: `${label}-pool`, labelKey: 'pool', labelValue: label },
  });
  const department = await post('/api/v1/org-unit/departments', { name: `${label}-department`, ...at });
  const project = await post('/api/v1/org-unit/projects', {
    ...{ name: `${label}-project`, parentId: department.id, ...at },
  });
  const workload = await post('/api/v1/workloads/inferences', {
    ...{ name: `${label}-workload`, projectId: project.id, clusterId: cluster.uuid },
    spec: { image: `${label}:1`, servingPort: { container: 8000 } },
  });
  const podId = await reportPod(t, workload, label);
  const revisions = await t.call('GET', `/api/v1/workloads/inferences/${workload.workloadId}/revisions`);
  const app = await post('/api/v1/apps', { name: `${label}-app` });
  const user = await post('/api/v1/users', { email: `${label}@example.com` });
  const key = await post('/api/v1/tessera/serving-keys', {
    ...{ name: `${label}-key`, projectIds: [project.id] },
  });
  await servingLimits(t, project.id);
  return {
    clusterId: cluster.uuid,
    departmentId: department.id,
    projectId: project.id,
    workloadId: workload.workloadId,
    revisionId: revisions.body.revisions[0].id,
    podId,
    appId: app.id,
    userId: user.id,
    datavolumeId: await dataVolume(t, `${label}-volume`, project.id),
    accessKeyId: await credential(t, 'access-key', `${label}-access-key`, project.id),
    passwordId: await credential(t, 'password', `${label}-password`, project.id),
    dockerRegistryId: await credential(t, 'docker-registry', `${label}-docker-registry`, project.id),
    genericSecretId: await credential(t, 'generic-secret', `${label}-generic-secret`, project.id),
    keyId: key.id,
    aliasId: await modelAlias(t, `${label}-alias`, project.id),
    accessRuleId: await accessRule(t, { id: `${label}@example.com`, kind: 'user' }, 9, 'project', project.id),
  };
}

/** Adds an access rule as administrator; returns its id. */
export async function accessRule(
  t: ApiUnderTest,
  subject: { readonly id: string; readonly kind: 'user' | 'app' },
  roleId: number,
  scopeType: ScopeType,
  scopeId: string,
): Promise<string> {
  const body = { subjectId: subject.id, subjectType: subject.kind, roleId, scopeType, scopeId };
  const answer = await t.call('POST', '/api/v1/authorization/access-rules', { body });
  if (answer.status !== 201) throw new Error(`no access rule: ${answer.text}`);
  return String(answer.body.id);
}

/** Limits the requests to a project as administrator. */
async function servingLimits(t: ApiUnderTest, projectId: string): Promise<void> {
  const path = `/api/v1/tessera/serving-limits/projects/${projectId}`;
  const answer = await t.call('PUT', path, { body: { limits: { requestsPerMinute: 100 } } });
  if (answer.status >= 300) throw new Error(`no serving limits: ${answer.text}`);
}

/** Adds a data volume as administrator; returns its id. */
export async function dataVolume(t: ApiUnderTest, name: string, projectId: string): Promise<string> {
  const body = { name, originPvcName: name, projectId };
  const answer = await t.call('POST', '/api/v1/datavolumes', { body });
  if (answer.status !== 201) throw new Error(`no data volume: ${answer.text}`);
  return answer.body.id;
}

/** Adds a credential as administrator; returns its id. */
export async function credential(
  t: ApiUnderTest,
  kind: CredentialKind,
  name: string,
  projectId: string,
): Promise<string> {
  const body = { meta: { name, scope: 'project', projectId }, spec: { existingSecretName: name } };
  const answer = await t.call('POST', `/api/v1/asset/credentials/${kind}`, { body });
  if (answer.status !== 201) throw new Error(`no credential: ${answer.text}`);
  return answer.body.meta.id;
}

export interface Holder {
  readonly role: Role;
  readonly scopeType: ScopeType;
  readonly name: string;
  readonly token: string;
}

/** One application for each role in each scope above and around the branch. */
export async function roleHolders(t: ApiUnderTest, own: Branch): Promise<readonly Holder[]> {
  const tenantId = String((await t.call('GET', '/api/v1/clusters')).body[0].tenantId);
  const scopes: Readonly<Partial<Record<ScopeType, string>>> = {
    tenant: tenantId,
    cluster: own.clusterId,
    department: own.departmentId,
    project: own.projectId,
  };
  const found: Holder[] = [];
  for (const role of ROLES)
    for (const [scopeType, scopeId] of Object.entries(scopes) as [ScopeType, string][]) {
      const name = `holder-${role.id}-${scopeType}`;
      const { body: app } = await t.call('POST', '/api/v1/apps', { body: { name } });
      await accessRule(t, { id: app.id, kind: 'app' }, role.id, scopeType, scopeId);
      const subject = { id: app.id, kind: 'app', name, tenantId: Number(tenantId), clientId: name } as const;
      const token = await t.api.issuer.issue({ ...subject, secretVersion: 1 });
      found.push({ role, scopeType, name, token });
    }
  return found;
}

/** The events of the scheduler for a workload with one pod. */
export async function reportPod(t: ApiUnderTest, workload: Json, label: string): Promise<string> {
  const podId = workload.workloadId.replace(/.{4}$/, 'f0d0');
  const time = new Date(t.clock.now()).toISOString();
  const record = encodeEvent({
    name: 'state',
    attributes: attributesOf(t, workload, 3),
    data: {
      ...refOf(workload, label),
      observedGeneration: 1,
      sequence: 3,
      phase: 'Running' as const,
      phaseMessage: '',
      phaseUpdatedAt: time,
      desiredReplicas: 1,
      readyReplicas: 1,
      conditions: [],
      pods: [
        {
          id: podId,
          name: `${label}-pod-0`,
          replica: 0,
          phase: 'Running',
          phaseUpdatedAt: time,
          createdAt: new Date(t.clock.now() - 3_600_000).toISOString(),
          ready: true,
          nodeName: `${label}-node`,
          image: `${label}:1`,
          allocation: gpuAllocation({
            node: `${label}-node`,
            kind: 'whole',
            devices: [deviceShare(0, 1000)],
          }),
        },
      ],
      urls: [`http://gateway/${label}`],
      updatedAt: time,
    },
  });
  const attributes = attributesOf(t, workload, 4);
  const created = encodeEvent({
    name: 'created',
    attributes,
    data: { ...refOf(workload, label), generation: 1, createdBy: 'test' },
  });
  await t.log.publish([
    { topic: workloadsTopic('tessera').name, ...record },
    { topic: eventsTopic('tessera').name, ...created },
  ]);
  await t.settle();
  // It has held a device since an hour ago and did nothing with it.
  await t.api.app
    .get(PostgresActivityStore)
    .save(
      { workloadId: workload.workloadId, namespace: '', hour: t.clock.now() - 3_600_000 },
      { requests: 0, idle: true },
    );
  return podId;
}

const attributesOf = (t: ApiUnderTest, workload: Json, sequence: number): EventAttributes => ({
  id: `${workload.workloadId}-${sequence}`,
  source: '/tessera/scheduler/test',
  subject: workload.workloadId,
  time: new Date(t.clock.now()).toISOString(),
  sequence: formatSequence(sequence),
  clusterid: workload.clusterId,
  projectid: workload.projectId,
  workloadname: workload.name,
});

const refOf = (workload: Json, label: string) => ({
  workloadId: workload.workloadId,
  name: workload.name,
  clusterId: workload.clusterId,
  projectId: workload.projectId,
  projectName: `${label}-project`,
  departmentId: workload.departmentId,
  departmentName: `${label}-department`,
  namespace: `runai-${label}-project`,
});

/** Makes a model alias in a project; returns its id. */
export async function modelAlias(t: ApiUnderTest, name: string, projectId: string): Promise<string> {
  const body = { name, projectId, targets: [{ workload: 'chat', weight: 1 }] };
  const { status, body: made } = await t.call('POST', '/api/v1/tessera/model-aliases', { body });
  if (status !== 201) throw new Error(`the alias ${name}: ${status}`);
  return made.id as string;
}
