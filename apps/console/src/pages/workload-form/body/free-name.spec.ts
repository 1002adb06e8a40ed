import { freeName } from './free-name';

it.each([
  ['chat', [], 'chat-2'],
  ['chat', ['chat-2', 'chat-3'], 'chat-4'],
  ['chat-7', ['chat-8'], 'chat-9'],
  ['a'.repeat(63), [], `${'a'.repeat(61)}-2`],
])('a copy of %s beside %j is %s', (name, taken, free) => {
  expect(freeName(name, taken)).toBe(free);
});
