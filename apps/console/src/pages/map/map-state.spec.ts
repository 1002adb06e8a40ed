import { addressFor, mapState, queryOf } from './map-state';

describe('the address of the map', () => {
  it.each([
    ['', { clusterId: '', colour: 'project', search: '', at: '', as: 'map' }],
    [
      'cluster=c1&colour=age&search=team+a&at=node-1%2F0%2F2&as=table',
      { clusterId: 'c1', colour: 'age', search: 'team a', at: 'node-1/0/2', as: 'table' },
    ],
  ] as const)('%p is a state, and the state that address', (query, state) => {
    expect(mapState(query)).toEqual(state);
    expect(queryOf(state)).toBe(query);
  });

  it('with values that nobody knows is the usual one', () => {
    expect(queryOf(mapState('colour=red&as=poem&other=1'))).toBe('');
  });

  it.each([
    ['as=table', '/map', '', '/map?as=table'],
    ['', '/map', 'as=table', '/map'],
    ['as=table', '/map', 'as=table', undefined],
    ['as=table', '/workloads/w1', '', undefined],
  ])('for the state %p at %s?%s is %p', (state, path, query, address) =>
    expect(addressFor(mapState(state), path, query)).toBe(address),
  );
});
