import { EXAMPLES } from './examples';
import { InferenceSpec } from './schemas/inference-spec';
import { unknownFields } from './unknown-fields';

const unknown = (spec: unknown) => unknownFields(InferenceSpec, spec, 'spec');

describe('fields that the schema does not name', () => {
  it.each([
    ['none in the example', EXAMPLES.inference.spec, []],
    ['none in nulls', { compute: null, ports: [null], storage: { pvc: null } }, []],
    ['one with a slip', { image: 'a', comptue: { gpuDevicesRequest: 1 } }, ['spec.comptue']],
    ['one of an object', { compute: { gpus: 1, cpuCoreRequest: 1 } }, ['spec.compute.gpus']],
    [
      'several in lists',
      { ports: [{ container: 1 }, { container: 2, port: 3 }], storage: { s3: [], pvc: [{ size: '1G' }] } },
      ['spec.ports[1].port', 'spec.storage.s3', 'spec.storage.pvc[0].size'],
    ],
    ['nothing in what is not of the schema', 5, []],
  ])('%s', (_what, spec, paths) => expect(unknown(spec)).toEqual(paths));
});
