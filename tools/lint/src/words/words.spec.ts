import { wordFinder, type AvoidedWord } from './words';
import list from './words.json';

const LIST = list as readonly AvoidedWord[];
const WORDS: readonly AvoidedWord[] = [
  { word: 'fact', scope: 'identifier', write: 'event' },
  { word: 'hand|hands|handed|handing over', scope: 'phrase', write: 'inject' },
  { word: '*keeper|*keepers', scope: 'any', write: 'controller', except: ['gatekeeper'] },
  { word: 'tell|tells|told', scope: 'any', write: 'report', except: ['tell|tells|told * apart'] },
  { word: 'wake', scope: 'identifier', write: 'enqueue', only: ['libs/loop/'] },
  { word: 'scene', scope: 'identifier', write: 'fixture', exceptIn: ['apps/console/'] },
];
const find = wordFinder(WORDS);
const found = (file: string, source: string) => find(file, source).map(({ text, line }) => `${text} ${line}`);

describe('a word of scope identifier', () => {
  it.each([
    ['a name', 'x.ts', 'const fact = 1;', ['fact 1']],
    ['a part of a name', 'x.ts', '\nclass LastFact {}', ['Fact 2']],
    ['a constant', 'x.ts', 'const LAST_FACT = 1;', ['FACT 1']],
    ['a private property', 'x.ts', 'class A { #fact = 1; }', ['fact 1']],
    ['an attribute of JSX', 'x.tsx', 'const a = <b fact="c" />;', ['fact 1']],
    ['a name of Go', 'x.go', 'func fact() {}', ['fact 1']],
    ['a name in a comment', 'x.ts', '// see lastFact', ['Fact 1']],
    ['a name in a document', 'x.md', 'The type `fact`.', ['fact 1']],
    ['a key of YAML', 'x.yaml', 'fact: 1', ['fact 1']],
    ['a variable of the shell', 'x.sh', 'FACT=1', ['FACT 1']],
    ['the name of the file', 'last-fact.ts', '', ['last-fact.ts 0']],
  ])('is found in %s', (_where, file, source, want) => expect(found(file, source)).toEqual(want));

  it.each([
    ['a comment', 'x.ts', '// in fact'],
    ['a string', 'x.ts', "const x = 'in fact';"],
    ['a document', 'x.md', 'In fact, it is.'],
    ['a longer word', 'x.ts', 'const factor = 1;'],
  ])('is not found in %s', (_where, file, source) => expect(found(file, source)).toEqual([]));
});

describe('a word of scope phrase', () => {
  it.each([
    ['a comment', 'x.ts', '// hand over', ['hand over 1']],
    ['another form of it', 'x.ts', '// handed over', ['handed over 1']],
    ['a string', 'x.ts', "const x = 'Handed over';", ['Handed over 1']],
    ['a template', 'x.ts', 'const x = `${y} hands over ${z}`;', ['hands over 1']],
    ['text of JSX', 'x.tsx', 'const a = <p>It is handed over.</p>;', ['handed over 1']],
    ['two lines of a comment', 'x.ts', '/**\n * It is handed\n * over.\n */', ['handed\n * over 2']],
    ['a comment of Go', 'x.go', '// handing over', ['handing over 1']],
    ['a string of Go', 'x.go', 'var x = "hand over"', ['hand over 1']],
    ['a document', 'x.md', 'A hand-over.', ['hand-over 1']],
    ['a script', '.ci/run', '# hands it on; hands over', ['hands over 1']],
    ['a template of Helm', 'x.tpl', '{{/* hand over */}}', ['hand over 1']],
    ['a name', 'x.ts', 'const isHandOver = 1;', ['HandOver 1']],
    ['the name of the file', 'hand-over.ts', '', ['hand-over.ts 0']],
  ])('is found in %s', (_where, file, source, want) => expect(found(file, source)).toEqual(want));

  it.each([
    ['its words alone', 'x.md', 'Hand it over.'],
    ['two sentences', 'x.md', 'By hand. Over there.'],
    ['code between two texts', 'x.ts', "f('by hand', 'over');"],
  ])('is not found in %s', (_where, file, source) => expect(found(file, source)).toEqual([]));
});

describe('a word of scope any', () => {
  it.each([
    ['a name', 'x.ts', 'const keeper = 1;', ['keeper 1']],
    ['a compound', 'x.ts', 'class Doorkeeper {}', ['Doorkeeper 1']],
    ['a comment', 'x.ts', '// two doorkeepers', ['doorkeepers 1']],
    ['a document', 'x.md', 'It is told.', ['told 1']],
    ['a name in a text, once', 'x.md', 'The `MigKeeper`.', ['Keeper 1']],
  ])('is found in %s', (_where, file, source, want) => expect(found(file, source)).toEqual(want));

  it.each([
    ['an exception', 'x.md', 'The policy of Gatekeeper.'],
    ['an exception of several words', 'x.md', 'Nobody tells them apart.'],
    ['a longer word', 'x.ts', 'const telling = 1;'],
  ])('is not found in %s', (_where, file, source) => expect(found(file, source)).toEqual([]));
});

describe('paths of a word', () => {
  it.each([
    ['the only files', 'libs/loop/x.ts', 'wake();', ['wake 1']],
    ['files that are not excepted', 'apps/api/x.ts', 'scene();', ['scene 1']],
  ])('is found in %s', (_where, file, source, want) => expect(found(file, source)).toEqual(want));

  it.each([
    ['other files than the only ones', 'libs/x.ts', 'wake();'],
    ['files that are excepted', 'apps/console/x.ts', 'scene();'],
  ])('is not found in %s', (_where, file, source) => expect(found(file, source)).toEqual([]));
});

describe('the list', () => {
  const wordsOf = ({ word }: AvoidedWord) => word.split(' ').length;

  it('has several words for each phrase and one for any use', () => {
    expect(LIST.filter((one) => one.scope === 'phrase' && wordsOf(one) < 2)).toEqual([]);
    expect(LIST.filter((one) => one.scope === 'any' && wordsOf(one) > 1)).toEqual([]);
  });

  it('catches what the words stood for', () => {
    const bad = [
      'The scheduler tells the API.',
      'A pass of the scheduler decided.',
      'It is given up at its next look.',
      'The device is handed over to the replica.',
      'A replica waits with growing pauses.',
      'Signs of life of the clusters.',
      'An object is owned by its record.',
      'Never a nought.',
    ];
    expect(bad.filter((text) => wordFinder(LIST)('x.md', text).length !== 1)).toEqual([]);
  });

  it('leaves ordinary English alone', () => {
    const good = [
      'A unit test; all tests pass.',
      'The colours can be told apart.',
      'A workload without replicas wakes when a request arrives.',
      'A record on a topic is kept for a week.',
      'It takes part in the vote.',
      'The first of the failures that look alike.',
    ];
    expect(good.flatMap((text) => wordFinder(LIST)('x.md', text))).toEqual([]);
  });
});
