import { DEFAULT_GUARDRAILS } from '@tessera/domain-workload';
import { stubOf } from '@tessera/testing-builders';
import { createInference } from './create-inference';
import type { ControlPlaneDependencies, Directory, Namesake, WorkloadStore } from './ports';

const ID = '00000000-0000-4000-8000-000000000001';
const SINCE = '2026-01-01T12:00:00.000Z';
const project = {
  ...{ tenantId: 1, id: '1', name: 'team', namespace: 'runai-team', departmentId: '2' },
  ...{ departmentName: 'all', clusterId: ID, defaultNodePools: [] },
};

/** The outcome of a request for a name that the project has given to another workload. */
function requestBeside(namesake: Namesake | undefined, asPrefix = false) {
  const asked: string[] = [];
  const dependencies: ControlPlaneDependencies = {
    store: stubOf<WorkloadStore>({
      create: async () => 'name-conflict',
      namesake: async (projectId, name) => {
        asked.push(`${projectId}/${name}`);
        return namesake;
      },
    }),
    directory: stubOf<Directory>({
      project: async () => project,
      inferenceDefaults: async () => undefined,
      guardrailOverrides: async () => undefined,
      orgUnitVersions: async () => undefined,
    }),
    guardrails: { rules: DEFAULT_GUARDRAILS, hosts: { reserved: [] } },
    specSettings: { gpuMemoryEnforcement: 'none' },
    clock: { now: () => Date.parse(SINCE) },
    newId: () => ID,
    newSuffix: () => 'abcde',
    topicPrefix: 'tessera',
  };
  const caller = { name: 'first', subjectId: 's', address: '::1', requestId: 'r' };
  const request = { name: 'chat', asPrefix, projectId: '1', clusterId: ID, spec: { image: 'model:1' } };
  const call = { caller, operation: 'create_inference1', status: 200 };
  return { asked, outcome: createInference(dependencies, request, call) };
}

describe('a name that another workload of the project has', () => {
  it('is a conflict, and nothing more is reported of a workload that stays', async () => {
    const namesake = {
      desiredPhase: 'Running',
      phaseMessage: 'pulls its image',
      phaseUpdatedAt: SINCE,
    } as const;
    const { asked, outcome } = requestBeside(namesake);
    expect(await outcome).toEqual({ kind: 'name-conflict', name: 'chat' });
    expect(asked).toEqual(['1/chat']);
  });

  it('is reported with what keeps the other workload while that is being deleted', async () => {
    const phaseMessage =
      'chat-1: has ended and is kept by the finalizer "a/b"; it is deleted once its owner removes it';
    const { outcome } = requestBeside({ desiredPhase: 'Deleted', phaseMessage, phaseUpdatedAt: SINCE });
    expect(await outcome).toEqual({
      kind: 'name-conflict',
      name: 'chat',
      leaving: { since: SINCE, message: phaseMessage },
    });
  });

  it('is a conflict even if the other workload was deleted meanwhile', async () => {
    expect(await requestBeside(undefined).outcome).toEqual({ kind: 'name-conflict', name: 'chat' });
  });

  it('is looked up only once no suffix is free', async () => {
    const { asked, outcome } = requestBeside(undefined, true);
    expect(await outcome).toEqual({ kind: 'name-conflict', name: 'chat-abcde' });
    expect(asked).toEqual(['1/chat-abcde']);
  });
});
