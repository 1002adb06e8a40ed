import { capacityOf, type Node } from './capacity';

const gpu = (allocatedGpu: number, available = true): object => ({ allocatedGpu, available });
const node = (status: string, gpus: readonly object[]): Node => ({ status, gpus }) as unknown as Node;

describe('the capacity of nodes', () => {
  it('counts shares by their part, and free parts of devices in use apart from free devices', () => {
    expect(capacityOf([node('Ready', [gpu(0.75), gpu(0)]), node('Ready', [gpu(1), gpu(0.5)])])).toEqual({
      nodes: 2,
      readyNodes: 2,
      gpus: 4,
      readyGpus: 4,
      allocated: 2.25,
      free: 1,
      fragments: 0.75,
    });
  });

  it('counts devices of nodes that are not ready, or that are broken, as neither ready nor free', () => {
    expect(capacityOf([node('NotReady', [gpu(0), gpu(0.5)]), node('Ready', [gpu(0, false)])])).toMatchObject({
      gpus: 3,
      readyGpus: 0,
      allocated: 0.5,
      free: 0,
      fragments: 0,
    });
  });
});
