import { reasonsOf } from './reasons';

const DEVICES = '0/44 nodes: 43 have too few devices for 16 whole devices, 1 is cordoned or not ready';
const QUOTA = '0/3 nodes: 3 are in a pool whose quota is used up';
const SHARE = '0/3 nodes: 2 are in other node pools, 1 lacks 0.5 GPU on one device';

describe('the reasons why workloads wait', () => {
  it('count each message for every reason that it names, the most frequent first', () => {
    expect(reasonsOf([DEVICES, DEVICES, QUOTA])).toEqual([
      { title: 'No node has enough GPUs', phrase: 'too few devices', count: 2 },
      { title: 'Nodes are cordoned or not ready', phrase: 'cordoned or not ready', count: 2 },
      { title: 'The quota is used up', phrase: 'quota is used up', count: 1 },
    ]);
  });

  it('leave out nodes of other pools, which say nothing', () => {
    expect(reasonsOf([SHARE]).map(({ title }) => title)).toEqual(['No GPU has the share free']);
  });

  it('have a rest for messages that name none', () => {
    expect(reasonsOf(['', 'the image cannot be pulled'])).toEqual([
      { title: 'Another reason', phrase: '', count: 2 },
    ]);
  });

  it('are none where nothing waits', () => {
    expect(reasonsOf([])).toEqual([]);
  });
});
