import { avoidedWordsIn, type AvoidedWord } from './words';

const WORDS: readonly AvoidedWord[] = [
  { word: 'keeper', scope: 'identifier', write: 'controller' },
  { word: 'under way', scope: 'identifier', write: 'in flight' },
  { word: 'graves', scope: 'any', write: 'tombstones' },
];
const found = (source: string) => avoidedWordsIn(source, WORDS).map(({ word, line }) => `${word} ${line}`);

describe('words to avoid', () => {
  it.each([
    ['a name that is the word', 'const keeper = 1;', ['keeper 1']],
    ['a name that has the word in it', '\nclass MigKeeper {}', ['keeper 2']],
    ['a name of several words', 'const looksUnderWay = 1;', ['under way 1']],
    ['a constant', 'const UNDER_WAY = 1;', ['under way 1']],
    ['a property', 'const x = { keeper: 1 };', ['keeper 1']],
    ['text and comments for words of scope any', '// graves\nconst x = "Graves";', ['graves 1', 'graves 2']],
  ])('are found in %s', (_where, source, want) => expect(found(source)).toEqual(want));

  it.each([
    ['a comment, where names alone count', '// a keeper'],
    ['a longer word', 'const goalkeepers = 1;'],
    ['words of another name', 'const underTheWay = 1;'],
  ])('are not found in %s', (_where, source) => expect(found(source)).toEqual([]));
});
