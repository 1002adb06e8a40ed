import { InferenceCreationRequest } from '@tessera/contracts-rest';
import { EMPTY, requestOf, TEMPLATES } from './draft';

const filled = {
  ...EMPTY,
  name: 'chat',
  projectId: '1',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  image: 'model:1',
};

describe('the form of a new workload', () => {
  it.each(TEMPLATES)('makes a request that the API takes: %s', (_name, change) => {
    expect(
      InferenceCreationRequest.safeParse(requestOf({ ...filled, ...change })).error?.issues,
    ).toBeUndefined();
  });

  it('asks for the part of a GPU that was typed', () => {
    expect(requestOf({ ...filled, amount: '0.25' })).toMatchObject({
      spec: { compute: { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.25 } },
    });
  });

  it('leaves what is no number to the API, which names the field', () => {
    const { error } = InferenceCreationRequest.safeParse(requestOf({ ...filled, amount: 'half' }));
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['spec.compute.gpuPortionRequest']);
  });

  it('asks for no GPU where none is wanted', () => {
    expect(requestOf({ ...filled, share: 'none' })).toMatchObject({ spec: { compute: {} } });
  });
});
