import { decodeEvent } from '@tessera/contracts-events';
import { deservedOf, orgUnitMessages } from './organisation-messages';

const POOLS = [
  { id: 1, name: 'default', isDefault: true },
  { id: 2, name: 'a100', isDefault: false },
];
const gpu = (deserved: number) => ({ deserved });

describe('the quota of an organisation unit', () => {
  it.each([
    ['a pool by its id', [{ nodePool: { id: '2' }, gpu: gpu(3) }], [['a100', 3000]]],
    ['a pool by its number', [{ nodePool: { id: 2 }, gpu: gpu(3) }], [['a100', 3000]]],
    ['a pool by its name', [{ nodePool: { name: 'a100' }, gpu: gpu(0.5) }], [['a100', 500]]],
    ['the default pool where none is named', [{ gpu: gpu(1) }], [['default', 1000]]],
    ['the default pool for null', [{ nodePool: null, gpu: gpu(1) }], [['default', 1000]]],
    ['nothing for a missing pool', [{ nodePool: { id: '9' }, gpu: gpu(1) }], []],
    ['nothing at all, so no limit', [], []],
    ['none of a pool', [{ gpu: gpu(0) }], [['default', 0]]],
    ['thousandths, rounded down', [{ gpu: gpu(0.5709) }], [['default', 570]]],
    ['0.57 as 570', [{ gpu: gpu(0.57) }], [['default', 570]]],
  ] as const)('takes %s', (_name, resources, expected) => {
    const deserved = deservedOf(resources, POOLS);
    expect(deserved.map(({ nodePool, milliGpu }) => [nodePool, milliGpu])).toEqual(expected);
  });
});

it('is sent as a command to its cluster, keyed by the organisation unit, so that versions keep their order', () => {
  const orgUnit = {
    clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
    scope: 'project',
    id: '7',
    name: 'red',
    version: 4,
    removed: false,
    namespace: 'runai-red',
    deserved: [{ nodePool: 'default', milliGpu: 1500 }],
  } as const;
  const reported = { topicPrefix: 'tessera', newId: () => 'e1', now: '2026-01-01T00:00:00.000Z' };
  const traceparent = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`;
  const [record] = orgUnitMessages(
    { ...orgUnit, deserved: [...orgUnit.deserved] },
    { ...reported, traceparent },
  );
  expect(record).toMatchObject({
    topic: `tessera.${orgUnit.clusterId}.commands.v1`,
    key: 'project/7',
    headers: { ce_traceparent: traceparent },
  });
  expect(record && decodeEvent(record)).toMatchObject({
    kind: 'event',
    event: { name: 'orgUnit', data: orgUnit },
  });
});
