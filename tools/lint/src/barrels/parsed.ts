import ts from 'typescript';

/** The text of each TypeScript and JavaScript file of the repository, by its path from the root. */
export type Tree = ReadonlyMap<string, string>;

/** The syntax of a file; names are not resolved and types not checked. */
export const parsed = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

/** The text of a string literal, such as the path of an import; undefined for other nodes. */
export const literalText = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
