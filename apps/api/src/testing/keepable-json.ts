import fc from 'fast-check';

/**
 * JSON that the API takes and the wire can carry: no NUL, no half characters, no minus zero, and no field `__proto__`, which is
 * refused.
 */
export const keepableJson: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as unknown)
  .filter((value) => !JSON.stringify(value).includes('"__proto__"'));
