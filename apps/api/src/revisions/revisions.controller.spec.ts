import { Test } from '@nestjs/testing';
import type { ReadWorkload, Revision } from '@tessera/application-control-plane';
import type { SpecSettings } from '@tessera/domain-workload';
import { gpuPortion } from '@tessera/testing-builders';
import type { Call } from '../http/call';
import { BodyRules } from '../http/pipes/body-rules';
import { CONTROL_PLANE, WORKLOAD_READER } from '../providers';
import { RevisionsController } from './revisions.controller';

const ID = '00000000-0000-4000-8000-000000000001';
const AT = '2026-01-01T12:00:00.000Z';
const workload = {
  id: ID,
  name: 'chat',
  generation: 2,
  phase: 'Running',
  phaseMessage: '',
  project: { tenantId: 1, clusterId: ID, departmentId: '2', id: '1' },
  observed: { readyReplicas: 1 },
} as unknown as ReadWorkload;

const revisionOf = (spec: Revision['spec'], generation = 2): Revision => ({
  id: `${ID}-${generation}`,
  workloadId: ID,
  generation,
  createdAt: AT,
  spec,
});

/** The body of a revision, on a platform with these settings. */
async function bodyOf(revision: Revision, specSettings: SpecSettings = {}) {
  const module = await Test.createTestingModule({
    controllers: [RevisionsController],
    providers: [
      { provide: WORKLOAD_READER, useValue: { revision: async () => revision } },
      { provide: CONTROL_PLANE, useValue: { specSettings } },
      BodyRules,
    ],
  }).compile();
  const input = { params: { revisionId: revision.id } } as never;
  const { body } = await module.get(RevisionsController).get(input, { workload } as Call);
  return body as Exclude<typeof body, { readonly text: string }>;
}

describe('a revision', () => {
  const half = { compute: gpuPortion(0.5) };
  const environmentVariables = [
    { name: 'MODE', value: 'fast' },
    { name: 'LD_PRELOAD', value: '/own.so' },
  ];

  it('has image, variables with a value, node pools and replicas of its spec', async () => {
    const spec = { image: 'model:1', environmentVariables, nodePools: ['a'], command: 'serve it' };
    expect(await bodyOf(revisionOf(spec))).toMatchObject({
      name: 'chat-00002',
      images: ['model:1'],
      command: 'serve it',
      environmentVariables: { MODE: 'fast', LD_PRELOAD: '/own.so' },
      requestedNodePools: ['a'],
      requestedPods: { number: 1, min: 1, max: 1 },
      phase: 'Running',
      runningPods: 1,
    });
  });

  it('is complete once a newer one has replaced it', async () => {
    expect(await bodyOf(revisionOf({ image: 'model:1' }, 1))).toMatchObject({
      name: 'chat-00001',
      phase: 'Completed',
      phaseMessage: 'replaced by a newer revision',
      runningPods: 0,
    });
  });

  it('has no variable that the cluster ignores since it enforces shares of GPU memory', async () => {
    const revision = revisionOf({ image: 'model:1', environmentVariables, ...half });
    const { environmentVariables: given } = await bodyOf(revision, { gpuMemoryEnforcement: 'hami-core' });
    expect(given).toEqual({ MODE: 'fast' });
  });
});
