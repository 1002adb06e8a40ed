import { checkChange, checkCreation } from './check-body';
import { withValue, type Body } from './body';

const BODY: Body = {
  name: 'chat',
  projectId: '1',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  spec: {
    image: 'model:1',
    servingPort: { container: 8000 },
    autoscaling: { minReplicas: 1, maxReplicas: 1 },
  },
};
const found = (path: string, value: unknown) => checkCreation(withValue(BODY, path, value));

describe('the check of a body while it is typed', () => {
  it('is silent about what the API takes', () => {
    expect(checkCreation(BODY)).toEqual([]);
  });

  it.each([
    [
      'name',
      'Chat',
      "The workload name must consist of lower case alphanumeric characters or '-', and start with an alphabetic character.",
    ],
    ['spec.image', undefined, 'Required parameter is missing'],
    ['spec.image', 5, 'must be text'],
    ['spec.autoscaling.maxReplicas', 'many', 'must be a number'],
    ['spec.compute.gpuRequestType', 'slice', '"slice" is not one of portion, memory, migProfile'],
    ['clusterId', 'here', '"here" is not a UUID'],
  ])('names the field and says what is wrong in the words of the API: %s %s', (path, value, message) => {
    expect(found(path, value)).toEqual([{ field: path, message }]);
  });

  it('knows rules between fields', () => {
    expect(found('spec.autoscaling.maxReplicas', 3)).toEqual([
      {
        field: 'spec.autoscaling.metric',
        message: 'Required parameter is missing: it is mandatory when minReplicas is less than maxReplicas',
      },
    ]);
  });

  it('warns of fields that the API ignores', () => {
    expect(found('spec.compute.gpuPortion', 0.5)).toEqual([
      { field: 'spec.compute.gpuPortion', message: 'is ignored: there is no such field', isWarning: true },
    ]);
  });

  it('says what no change can change', () => {
    const after = withValue(withValue(BODY, 'spec.servingPort.container', 9000), 'spec.image', 'model:2');
    expect(checkChange(BODY, after)).toEqual([
      { field: 'spec.servingPort', message: 'cannot be changed after creation' },
    ]);
  });

  it('takes anything, also what is no object', () => {
    expect([null, [], 'x', 1].map((value) => checkCreation(value).length)).toEqual([1, 1, 1, 1]);
  });
});
