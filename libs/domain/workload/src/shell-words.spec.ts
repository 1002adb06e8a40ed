import fc from 'fast-check';
import { shellWords } from './shell-words';

describe('command lines', () => {
  it.each([
    ['python', ['python']],
    ['-x my-script.py', ['-x', 'my-script.py']],
    [`/bin/bash -c 'sleep 1; echo "done"'`, ['/bin/bash', '-c', 'sleep 1; echo "done"']],
    [`--name "a b" c\\ d`, ['--name', 'a b', 'c d']],
    [`"say \\"hi\\" to \\x"`, ['say "hi" to \\x']],
    [`''`, ['']],
    ['  a\t b\n', ['a', 'b']],
    [`a'b'"c"`, ['abc']],
    [`it's fine`, [`it's`, 'fine']],
    ['   ', []],
    ['tail\\', ['tail\\']],
  ])('%j has the words %j', (line, words) => expect(shellWords(line)).toEqual(words));

  it('gives back any words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
        expect(shellWords(line)).toEqual(words);
      }),
    );
  });
});
