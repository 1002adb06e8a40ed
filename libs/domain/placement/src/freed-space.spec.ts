import { freedSpace, moreSpaceFirst } from './freed-space';
import { node, runningReplica } from './testing';

/** Two devices: "alone" has the first one to itself, "left" and "right" share the second one. */
const NODE = node('node-a', {
  devices: 2,
  replicas: [
    runningReplica('alone', 300, 0),
    runningReplica('left', 500, 1),
    runningReplica('right', 200, 1),
  ],
});

describe('the space that a replica frees', () => {
  it.each([
    ['alone', { emptiedDevices: 1, largestMilli: 1_000 }],
    ['left', { emptiedDevices: 0, largestMilli: 800 }],
    ['right', { emptiedDevices: 0, largestMilli: 500 }],
    ['unknown', { emptiedDevices: 0, largestMilli: 0 }],
  ])('of %s', (id, freed) => {
    expect(freedSpace(NODE, id)).toEqual(freed);
  });

  it('counts every device that it has to itself', () => {
    const wide = { ...runningReplica('wide', 400, 0), devices: [share(0), share(1)] };
    const two = node('node-a', { devices: 2, replicas: [wide, runningReplica('other', 500, 1)] });
    expect(freedSpace(two, 'wide')).toEqual({ emptiedDevices: 1, largestMilli: 1_000 });
  });

  it('is limited by memory where that is scarcer', () => {
    const heavy = {
      ...runningReplica('heavy', 100),
      devices: [{ ...share(0), milliGpu: 100, memoryMiB: 29_798 }],
    };
    const replicas = [heavy, runningReplica('leaves', 100)];
    expect(freedSpace(node('node-a', { replicas }), 'leaves')).toEqual({
      emptiedDevices: 0,
      largestMilli: 250,
    });
  });

  it('is nothing for a replica without devices, or on an unknown node', () => {
    const none = { emptiedDevices: 0, largestMilli: 0 };
    const plain = { ...runningReplica('plain', 0), devices: [] };
    expect(freedSpace(node('node-a', { replicas: [plain] }), 'plain')).toEqual(none);
    expect(freedSpace(undefined, 'plain')).toEqual(none);
  });

  it('is the more useful the more devices it empties, then by the largest share', () => {
    const ids = ['right', 'alone', 'left'];
    ids.sort((a, b) => moreSpaceFirst(freedSpace(NODE, a), freedSpace(NODE, b)));
    expect(ids).toEqual(['alone', 'left', 'right']);
  });
});

function share(slot: number) {
  return { slot, milliGpu: 400, memoryMiB: 15_892 };
}
