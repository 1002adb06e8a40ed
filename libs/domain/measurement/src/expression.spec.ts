import { meets } from './expression';

describe('a condition on a label', () => {
  it.each([
    [{ label: 'a', is: 'equal', value: 'x' }, { a: 'x' }, true],
    [{ label: 'a', is: 'equal', value: '' }, {}, true],
    [{ label: 'a', is: 'not-equal', value: '' }, {}, false],
    [{ label: 'a', is: 'not-equal', value: '' }, { a: 'x' }, true],
    [{ label: 'a', is: 'one-of', values: ['x', 'y'] }, { a: 'y' }, true],
    [{ label: 'a', is: 'one-of', values: ['x', 'y'] }, { a: 'z' }, false],
  ] as const)('%j on %j: %s', (matcher, labels, want) => expect(meets(labels, matcher)).toBe(want));
});
