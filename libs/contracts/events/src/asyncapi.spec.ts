import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApiDocument, dataSchema } from './asyncapi';
import { breakingChanges } from './compatibility';
import { decodeEvent, encodeEvent } from './envelope';
import { SAMPLE_ATTRIBUTES, SAMPLES } from './samples';
import { EVENTS, type EventName } from './table';

const NAMES = Object.keys(EVENTS) as EventName[];
const current = Object.fromEntries(NAMES.map((name) => [EVENTS[name].type, dataSchema(name)]));
const released = JSON.parse(
  readFileSync(join(__dirname, '../fixtures/released-schemas.json'), 'utf8'),
) as Record<string, Record<string, unknown>>;

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument('tessera', '0.1.0');

  it('names every type once, on its topic', () => {
    const channels = document['channels'] as Record<string, { messages: object; address: string }>;
    for (const name of NAMES) {
      const at = Object.entries(channels).filter(([, { messages }]) => name in messages);
      expect(at.map(([channel]) => channel)).toEqual([EVENTS[name].topic]);
    }
    expect(channels['commands']?.address).toBe('tessera.{clusterId}.commands.v1');
  });

  it.each(NAMES)('has a valid example of %s', (name) => {
    const record = encodeEvent({ name, attributes: SAMPLE_ATTRIBUTES, data: SAMPLES[name] as never });
    expect(decodeEvent(record)).toEqual({
      kind: 'event',
      event: { name, attributes: SAMPLE_ATTRIBUTES, data: SAMPLES[name] },
    });
  });
});

describe('compatibility within v1', () => {
  it('keeps what was released; after a release: npm run generate:event-schemas', () => {
    expect(breakingChanges(released, current)).toEqual([]);
  });

  it('knows every type that is there, so that the next release is held to it', () => {
    expect(Object.keys(released).sort()).toEqual(Object.keys(current).sort());
  });

  const object = (properties: object, required: readonly string[] = []) => ({
    t: { type: 'object', properties, required },
  });
  const text = { type: 'string' };

  it.each([
    ['a type goes', { t: text }, {}, 't is gone'],
    ['a field goes', object({ a: text }), object({}), 't.a is gone'],
    ['a field becomes optional', object({ a: text }, ['a']), object({ a: text }), 't.a may be absent now'],
    [
      'a type changes',
      object({ a: text }),
      object({ a: { type: 'number' } }),
      't.a was string and is number',
    ],
    [
      'a type is added to one',
      object({ a: text }),
      object({ a: { type: ['string', 'null'] } }),
      't.a was string and is string or null',
    ],
    ['a value goes', { t: { enum: ['x', 'y'] } }, { t: { enum: ['x'] } }, 't is never "y" any more'],
    [
      'an item changes',
      { t: { type: 'array', items: text } },
      { t: { type: 'array', items: { type: 'number' } } },
      't[] was string and is number',
    ],
  ])('is broken where %s', (_name, older, newer, change) => {
    expect(breakingChanges(older, newer)).toEqual([change]);
  });

  it.each([
    ['a type', {}, { t: text }],
    ['a field', object({ a: text }), object({ a: text, b: text }, ['b'])],
    ['a promise', object({ a: text }), object({ a: text }, ['a'])],
    ['a value', { t: { enum: ['x'] } }, { t: { enum: ['x', 'y'] } }],
  ])('allows to add %s', (_name, older, newer) => {
    expect(breakingChanges(older, newer)).toEqual([]);
  });
});
