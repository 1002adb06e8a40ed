import * as ts from 'typescript';

/** A word of the private language that this code once had, where it must not stand, and what to write instead. */
export interface AvoidedWord {
  /** One or more words in lower case, parted by spaces. */
  readonly word: string;
  /** `identifier`: names in the code. `any`: names, comments and text too; other senses of it are not in use. */
  readonly scope: 'identifier' | 'any';
  readonly write: string;
}

/** A place where an avoided word stands. */
export interface FoundWord {
  readonly word: string;
  readonly write: string;
  /** 1 for the first line. */
  readonly line: number;
  readonly text: string;
}

/** Where a source file uses words that it should not, by their scope. */
export function avoidedWordsIn(source: string, words: readonly AvoidedWord[]): readonly FoundWord[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const found: FoundWord[] = [];
  const report = ({ word, write }: AvoidedWord, position: number, text: string): void =>
    void found.push({ word, write, line: file.getLineAndCharacterOfPosition(position).line + 1, text });
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const spelt = ` ${spelling(node.text)} `;
      for (const one of words)
        if (spelt.includes(` ${one.word} `)) report(one, node.getStart(file), node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const one of words) {
    if (one.scope !== 'any') continue;
    for (const { index, 0: text } of source.matchAll(new RegExp(`\\b${one.word}\\b`, 'gi')))
      report(one, index, text);
  }
  return found;
}

/** `enqueueUrgentKeys` as `enqueue urgent keys`. */
const spelling = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
