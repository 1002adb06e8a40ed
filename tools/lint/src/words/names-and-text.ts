import { extname } from 'node:path';
import * as ts from 'typescript';

/** A name in a source or a document, with where it begins. */
export interface Name {
  readonly name: string;
  readonly position: number;
}

/** What people read of a file: its names, and everything that is written for people. */
export interface NamesAndText {
  readonly names: readonly Name[];
  /** As long as the file: comments, strings and prose at their places, `;` instead of code. */
  readonly text: string;
}

/** The names and the text of a file, by the kind of file. */
export function namesAndText(file: string, source: string): NamesAndText {
  const kind = SCRIPT_KINDS[extname(file)];
  if (kind !== undefined) return ofScript(source, kind);
  return extname(file) === '.go' ? ofGo(source) : ofProse(source);
}

const SCRIPT_KINDS: Readonly<Record<string, ts.ScriptKind>> = {
  '.ts': ts.ScriptKind.TS,
  '.tsx': ts.ScriptKind.TSX,
  '.mjs': ts.ScriptKind.JS,
  '.cjs': ts.ScriptKind.JS,
};

/** Identifiers are names; what is left after names and numbers are comments, strings, and punctuation between them. */
function ofScript(source: string, kind: ts.ScriptKind): NamesAndText {
  const file = ts.createSourceFile('source', source, ts.ScriptTarget.Latest, false, kind);
  const names: Name[] = [];
  const code: [start: number, end: number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node))
      names.push({ name: node.text, position: node.getStart(file) });
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isRegularExpressionLiteral(node))
      code.push([node.getStart(file), node.end]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const text = without(source, code);
  return { names: [...names, ...namesInProse(text)], text };
}

const GO_TEXT = /\/\/.*|\/\*[^]*?\*\/|"(?:\\.|[^"\\\n])*"|`[^`]*`/g;

/** Words outside comments and strings are names, but for those of the language, which nobody chooses. */
function ofGo(source: string): NamesAndText {
  const texts = [...source.matchAll(GO_TEXT)].map(({ index, 0: text }) => ({
    start: index,
    end: index + text.length,
  }));
  const code = [...texts, { start: source.length, end: source.length }].map(
    ({ start }, at): [number, number] => [texts[at - 1]?.end ?? 0, start],
  );
  const text = without(source, code);
  const names = code.flatMap(([start, end]) =>
    [...source.slice(start, end).matchAll(/[A-Za-z_]\w*/g)].map(({ index, 0: name }) => ({
      name,
      position: start + index,
    })),
  );
  return { names: [...names, ...namesInProse(text)], text };
}

/** Documents, YAML, templates and shell scripts: all of it is text; names are found in it by how they are written. */
const ofProse = (source: string): NamesAndText => ({ names: namesInProse(source), text: source });

/** `camelCase`, `snake_case`, names in backticks, keys of YAML, and variables of the shell. */
const NAME_IN_PROSE =
  /\b[A-Za-z]\w*(?:[a-z0-9][A-Z]|_)\w*\b|(?<=`)[A-Za-z]\w*(?=`)|(?<=^\s*(?:- )?)[A-Za-z]\w*(?=:\s|=\S|\(\) )/gm;

const namesInProse = (text: string): readonly Name[] =>
  [...text.matchAll(NAME_IN_PROSE)].map(({ index, 0: name }) => ({ name, position: index }));

function without(source: string, code: readonly (readonly [start: number, end: number])[]): string {
  let text = '';
  let at = 0;
  for (const [start, end] of code) {
    text += source.slice(at, start) + source.slice(start, end).replace(/[^\n]/g, ';');
    at = end;
  }
  return text + source.slice(at);
}
