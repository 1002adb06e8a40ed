import { posix } from 'node:path';
import ts from 'typescript';
import { literalText, parsed, type Tree } from './parsed';

/** The names that a file exports, those of an `export *` included. Throws where a file is not in the tree. */
export function exportedNames(path: string, tree: Tree): ReadonlySet<string> {
  const text = tree.get(path);
  if (text === undefined) throw new Error(`${path} is not in the tree`);
  return new Set(parsed(path, text).statements.flatMap((statement) => namesOf(statement, path, tree)));
}

function namesOf(statement: ts.Statement, path: string, tree: Tree): readonly string[] {
  if (ts.isExportAssignment(statement)) return ['default'];
  if (!ts.isExportDeclaration(statement)) return declaredNames(statement);
  const { exportClause, moduleSpecifier } = statement;
  if (exportClause === undefined)
    return [...exportedNames(moduleFile(path, literalText(moduleSpecifier) ?? '', tree), tree)];
  if (ts.isNamespaceExport(exportClause)) return [exportClause.name.text];
  return exportClause.elements.map(({ name }) => name.text);
}

/** True for `export * from …` and `export * as … from …`. */
export const isStarExport = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) &&
  (statement.exportClause === undefined || ts.isNamespaceExport(statement.exportClause));

function moduleFile(from: string, specifier: string, tree: Tree): string {
  const path = posix.join(posix.dirname(from), specifier);
  const file = [`${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((each) => tree.has(each));
  if (file === undefined) throw new Error(`${from} exports from ${path}, which is not in the tree`);
  return file;
}

function declaredNames(statement: ts.Statement): readonly string[] {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  if (!isExported) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  const { name } = statement as ts.DeclarationStatement;
  return [name?.text ?? 'default'];
}

const boundNames = (name: ts.BindingName): readonly string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
