import fc from 'fast-check';

/**
 * JSON that the API accepts and the wire can carry: no NUL, no lone surrogates, no minus zero, and no field
 * `__proto__`, which is rejected.
 */
export const keepableJson: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as unknown)
  .filter((value) => !JSON.stringify(value).includes('"__proto__"'));
