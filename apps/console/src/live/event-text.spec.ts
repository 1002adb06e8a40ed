import { EVENTS, SAMPLES } from '@tessera/contracts-events';
import { EVENT_NAMES, sentenceOf, severityOf, shortType } from './event-text';

const event = (name: string, data: object = {}) => ({
  type: `io.tessera.inference.${name}.v1`,
  data: data as Record<string, unknown>,
});
const STREAMED = Object.entries(EVENTS).filter(([, { topic }]) => topic === 'events');

it.each(STREAMED.map(([, { type }]) => shortType(type)))('has a name for %s', (type) => {
  expect(EVENT_NAMES[type]).toBeDefined();
});

it.each(STREAMED.map(([name]) => name as keyof typeof SAMPLES))('says something of %s', (name) => {
  const sentence = sentenceOf({ type: EVENTS[name].type, data: SAMPLES[name] as Record<string, unknown> });
  expect(sentence).not.toBe('');
  expect(sentence).not.toMatch(/undefined|NaN|\[object/);
});

it.each([
  ['phase-changed', { to: 'Failed' }, 'bad'],
  ['phase-changed', { to: 'Degraded' }, 'bad'],
  ['phase-changed', { to: 'Pending' }, 'warn'],
  ['phase-changed', { to: 'Running' }, 'good'],
  ['phase-changed', { to: 'Initializing' }, 'info'],
  ['replica-unschedulable', {}, 'warn'],
  ['message-parked', {}, 'bad'],
  ['created', {}, 'info'],
  ['a-later-type', {}, 'info'],
])('%s %j is %s', (name, data, severity) => {
  expect(severityOf(event(name, data))).toBe(severity);
});

it.each([
  ['phase-changed', { from: 'Pending', to: 'Running', message: '' }, 'Pending → Running'],
  ['phase-changed', { to: 'Failed', message: 'the image is missing' }, 'Failed: the image is missing'],
  ['scale-decided', { from: 1, to: 3, reason: '40 requests' }, '1 → 3: 40 requests'],
  ['replica-scheduled', { replica: 0, node: 'gpu-7' }, 'replica 0 on gpu-7'],
  ['cold-start', { totalMs: 4210 }, 'a replica took 4.2 s'],
  ['a-later-type', { any: 1 }, ''],
])('writes %s %j as "%s"', (name, data, sentence) => {
  expect(sentenceOf(event(name, data))).toBe(sentence);
});
