import { creationOf, limitsText, localTime, settingsOf } from './key-request';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const form = (fields: Readonly<Record<string, string>>): Pick<FormData, 'get'> => ({
  get: (name) => fields[name] ?? null,
});
const settings = (fields: Readonly<Record<string, string>>) =>
  settingsOf(form({ name: 'k', priority: 'normal', end: 'never', ...fields }), NOW);

describe('the form of a key', () => {
  it.each([
    ['never', '', null],
    ['30', '', '2026-01-31T00:00:00.000Z'],
    ['365', '', '2027-01-01T00:00:00.000Z'],
  ])('ends it %s', (end, at, expiresAt) => {
    expect(settings({ end, at }).expiresAt).toBe(expiresAt);
  });

  it('ends it at a time in the zone of the reader', () => {
    const at = '2026-03-01T12:30';
    expect(settings({ end: 'at', at }).expiresAt).toBe(new Date(at).toISOString());
    expect(localTime(new Date(at).toISOString())).toBe(at);
  });

  it('has no limit where no number was typed', () => {
    expect(settings({ requestsPerMinute: '600', tokensPerMinute: ' ', requestsInFlight: '' }).limits).toEqual(
      {
        requestsPerMinute: 600,
      },
    );
  });

  it('names what it opens by id, and for whom it is without spaces around', () => {
    expect(
      creationOf(settings({ name: ' nightly ' }), [{ id: '1', name: 'a' }], [{ id: 'w', name: 'b' }]),
    ).toEqual({
      ...{ name: 'nightly', priority: 'normal', limits: {}, expiresAt: null },
      ...{ projectIds: ['1'], workloadIds: ['w'] },
    });
  });
});

it.each([
  [{}, 'none'],
  [{ requestsPerMinute: 600 }, '600 requests/min'],
  [{ tokensPerMinute: 200_000, requestsInFlight: 20 }, '200,000 tokens/min, 20 at once'],
])('says the limits %j', (limits, text) => {
  expect(limitsText(limits)).toBe(text);
});
