import { starExports, unusedExports, type Package } from './barrels';

const QUOTA: Package = {
  name: '@tessera/domain-quota',
  folder: 'libs/domain/quota',
  barrels: { '@tessera/domain-quota': 'libs/domain/quota/src/index.ts' },
};
const BOOK = `export class Book {}\nexport const [one, { two }] = given;\nexport type Rule = 1;\nexport function charge() {}`;

/** The names of the barrel that nobody uses, with that text in a file of another package. */
const unused = (user: string, index = `export * from './book';`, path = 'apps/api/src/main.ts') =>
  unusedExports(
    [QUOTA],
    new Map([
      ['libs/domain/quota/src/index.ts', index],
      ['libs/domain/quota/src/book.ts', BOOK],
      [path, user],
    ]),
  ).map(({ name }) => name);

describe('exports of a barrel that no other package uses', () => {
  it('are all of them where nobody imports it', () =>
    expect(unused('')).toEqual(['Book', 'one', 'two', 'Rule', 'charge']));

  it.each([
    ['an import', `import { Book, one as first, type Rule } from '@tessera/domain-quota';`],
    ['an import of types', `import type { Book, one, Rule } from '@tessera/domain-quota';`],
    ['an export from it', `export { Book, one as first, type Rule } from '@tessera/domain-quota';`],
    ['a namespace', `import * as q from '@tessera/domain-quota';\nnew q.Book(q.one) as q.Rule;`],
    ['a later import', `const { Book, one: first, Rule } = await import('@tessera/domain-quota');`],
    ['a require', `const { Book, one: first, Rule } = require('@tessera/domain-quota');`],
    [
      'types of an import',
      ['Book', 'one', 'Rule']
        .map((name) => `let a${name}: import('@tessera/domain-quota').${name};`)
        .join('\n'),
    ],
  ])('are those that %s leaves out', (_how, user) => expect(unused(user)).toEqual(['two', 'charge']));

  it('are counted by the names of an explicit list', () => {
    const index = `export { charge as chargeOf, type Rule } from './book';\nexport default 1;`;
    expect(unused(`import { chargeOf } from '@tessera/domain-quota';`, index)).toEqual(['Rule', 'default']);
  });

  it('are those of a barrel that its own package alone imports', () =>
    expect(
      unused(
        `import { charge } from '@tessera/domain-quota';`,
        undefined,
        'libs/domain/quota/src/book.int-spec.ts',
      ),
    ).toContain('charge'));

  it('cannot be known where a file exports all of a package', () =>
    expect(() => unused(`export * from '@tessera/domain-quota';`)).toThrow(/apps\/api\/src\/main.ts/));
});

describe('star exports', () => {
  it.each([[`export * from './a';`], [`export type * from './a';`], [`export * as a from './a';`]])(
    'are found in %s',
    (text) => expect(starExports(new Map([['libs/kernel/src/index.ts', text]]))).toHaveLength(1),
  );

  it.each([[`export { a } from './a';`], [`const text = "export * from './a'";`]])(
    'are not found in %s',
    (text) => expect(starExports(new Map([['libs/kernel/src/index.ts', text]]))).toEqual([]),
  );
});
