import { usageAddress, usageQuery, usageView } from './usage-range';

const NOW = Date.parse('2026-01-31T12:34:56Z');

describe('what the page of usage shows', () => {
  it.each([
    '/usage',
    '/usage?by=workload&days=30',
    '/usage?by=day&and=project&from=2026-01-01&to=2026-01-31',
  ])('stands in the address: %s', (address) => {
    expect(usageAddress(usageView(address.split('?')[1] ?? ''))).toBe(address);
  });

  it.each([
    'by=moon',
    'days=8',
    'and=project&by=project',
    'from=2026-01-02&to=2026-01-01',
    'from=yesterday&to=2026-01-01',
    'from=2026-01-01',
  ])('is the standard for %s', (query) => {
    expect(usageView(query)).toEqual(usageView(''));
  });
});

describe('the query of the API', () => {
  it('is the last days, up to the hour that it is', () => {
    expect(usageQuery(usageView(''), NOW)).toEqual({
      start: '2026-01-24T13:00:00.000Z',
      end: '2026-01-31T13:00:00.000Z',
      groupBy: 'project',
      limit: 500,
    });
  });

  it('is the days that are named, the last included', () => {
    expect(usageQuery(usageView('by=day&and=key&from=2026-01-01&to=2026-01-31'), NOW)).toMatchObject({
      start: '2026-01-01T00:00:00.000Z',
      end: '2026-02-01T00:00:00.000Z',
      groupBy: 'day,key',
    });
  });
});
