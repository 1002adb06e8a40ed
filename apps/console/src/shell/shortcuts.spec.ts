import { shortcutOf } from './shortcuts';

const pressed = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false },
  ...held,
});

it.each([
  ['/', {}, false, 'jump'],
  ['k', { ctrlKey: true }, false, 'jump'],
  ['k', { ctrlKey: true }, true, 'jump'],
  ['K', { metaKey: true }, true, 'jump'],
  ['k', {}, false, undefined],
  ['?', {}, false, 'help'],
  ['t', {}, false, 'times'],
  ['/', {}, true, undefined],
  ['?', {}, true, undefined],
  ['t', { ctrlKey: true }, false, undefined],
  ['t', { altKey: true }, false, undefined],
  ['x', {}, false, undefined],
])('%s with %j, typing %s: %s', (key, held, typing, shortcut) => {
  expect(shortcutOf(pressed(key, held), typing)).toBe(shortcut);
});
