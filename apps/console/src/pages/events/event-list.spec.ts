import { NO_EVENTS, withEvents } from './event-list';

const event = (id: string) => ({ id, type: 't', time: '2026-01-01T12:00:00Z' });
const ids = ({ events }: { readonly events: readonly { readonly id: string }[] }) =>
  events.map(({ id }) => id).join('');

describe('the list of events', () => {
  const list = withEvents(NO_EVENTS, [event('a'), event('b')], 3);

  it('has the newest first', () => {
    expect([ids(list), list.dropped]).toEqual(['ba', 0]);
  });

  it('drops the oldest for newer ones, and counts them', () => {
    const longer = withEvents(list, [event('c'), event('d'), event('e')], 3);
    expect([ids(longer), longer.dropped]).toEqual(['edc', 2]);
    expect(withEvents(longer, [event('f')], 3).dropped).toBe(3);
  });

  it('has an event once, however often it arrives', () => {
    expect(withEvents(list, [event('a'), event('b')], 3)).toBe(list);
    expect(ids(withEvents(list, [event('b'), event('c'), event('c')], 3))).toBe('cba');
  });
});
