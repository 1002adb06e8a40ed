import fc from 'fast-check';
import { apiQuery, isFiltered, listState, queryOf, unfiltered } from './list-state';

describe('the state of the list of workloads', () => {
  it('stands in the address, without what is standard', () => {
    expect(queryOf(listState(''))).toBe('');
    expect(queryOf(listState('phase=Pending&sort=name&order=asc&offset=50'))).toBe(
      'phase=Pending&sort=name&order=asc&offset=50',
    );
  });

  it('is the same after a round through the address', () => {
    fc.assert(
      fc.property(
        fc.record({
          search: fc.string(),
          phase: fc.constantFrom('', 'Pending'),
          project: fc.string(),
          pool: fc.string(),
          node: fc.string(),
          reason: fc.string(),
          deleted: fc.boolean(),
          sortBy: fc.constantFrom('createdAt', 'name'),
          sortOrder: fc.constantFrom('asc' as const, 'desc' as const),
          offset: fc.nat(1000),
        }),
        (state) => expect(listState(queryOf(state))).toEqual(state),
      ),
    );
  });

  it.each(['offset=-1', 'offset=x', 'order=up'])('is the standard one for %s', (query) => {
    expect(listState(query)).toEqual(listState(''));
  });

  it('is the query of the API', () => {
    const state = listState('phase=Pending&project=a&pool=p&node=gpu-1&reason=too+few&search=c&deleted');
    expect(apiQuery(state)).toEqual({
      limit: 50,
      offset: 0,
      sortBy: 'createdAt',
      sortOrder: 'desc',
      search: 'c',
      filterBy: 'phase==Pending,projectName==a,nodepool==p,nodeName=@gpu-1,phaseMessage=@too few',
      deleted: true,
    });
  });

  it('without filters keeps its sorting', () => {
    const state = listState('node=a&sort=name&order=asc&offset=50');
    expect([isFiltered(state), queryOf(unfiltered(state)), isFiltered(unfiltered(state))]).toEqual([
      true,
      'sort=name&order=asc',
      false,
    ]);
  });
});
