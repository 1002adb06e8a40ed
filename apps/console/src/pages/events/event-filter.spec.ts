import { eventFilter, queryOf, replayQuery, wants } from './event-filter';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const event = (name: string, data: object = {}) => ({
  id: '1',
  type: `io.tessera.inference.${name}.v1`,
  time: '2026-01-01T11:00:00Z',
  subject: 'id-of-chat',
  workloadname: 'Chat-large',
  projectid: '7',
  data: data as Record<string, unknown>,
});
const FAILED = event('phase-changed', { to: 'Failed' });
const WAITS = event('phase-changed', { to: 'Pending' });
const CREATED = event('created');

describe('the filter of events', () => {
  it.each(['', 'type=created&project=7&workload=chat&severity=bad&since=1h'])(
    'stands in the address: %s',
    (query) => {
      expect(queryOf(eventFilter(query))).toBe(query);
    },
  );

  it('leaves out a replay that there is not', () => {
    expect(eventFilter('since=1y').since).toBe('');
  });

  it.each([
    ['', CREATED, true],
    ['type=created', CREATED, true],
    ['type=deleted', CREATED, false],
    ['project=7', CREATED, true],
    ['project=8', CREATED, false],
    ['workload=chat', CREATED, true],
    ['workload=id-of-chat', CREATED, true],
    ['workload=other', CREATED, false],
    ['severity=bad', FAILED, true],
    ['severity=bad', WAITS, false],
    ['severity=warn', WAITS, true],
    ['severity=warn', FAILED, true],
    ['severity=warn', CREATED, false],
    ['type=phase-changed&severity=bad', FAILED, true],
  ])('"%s"', (query, one, wanted) => {
    expect(wants(eventFilter(query), one)).toBe(wanted);
  });
});

describe('the replay', () => {
  it('is asked for by time, type and project', () => {
    expect(replayQuery(eventFilter('since=1h&type=created&project=7&workload=x'), NOW)).toEqual({
      since: '2026-01-01T11:00:00.000Z',
      type: 'io.tessera.inference.created.v1',
      projectId: '7',
    });
  });

  it('is none from now on', () => {
    expect(replayQuery(eventFilter('type=created'), NOW)).toBeUndefined();
  });
});
