import ts from 'typescript';
import { literalText } from './parsed';

/** A name that a package offers under a specifier such as `@tessera/kernel`. */
export interface PackageName {
  readonly specifier: string;
  readonly name: string;
}

/**
 * What a file takes from packages of ours: by `import`, `export … from`, `import()`, `require()` and `import('…').Type`.
 * A namespace import counts for the members that the file names. Throws for `export *` from a package, since it is
 * unknown which names it uses.
 */
export function importedNames(file: ts.SourceFile): readonly PackageName[] {
  const found: PackageName[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = literalText(specifierOf(node));
    if (specifier?.startsWith('@tessera/') === true)
      for (const name of namesIn(node, file)) found.push({ specifier, name });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  const isImport =
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require');
  return isImport ? node.arguments[0] : undefined;
}

function namesIn(node: ts.Node, file: ts.SourceFile): readonly string[] {
  if (ts.isImportDeclaration(node)) return clauseNames(node.importClause, file);
  if (ts.isExportDeclaration(node)) {
    if (node.exportClause !== undefined && ts.isNamedExports(node.exportClause))
      return sourceNames(node.exportClause.elements);
    throw new Error(`${file.fileName} exports all of a package; name what it exports`);
  }
  if (ts.isImportTypeNode(node)) return node.qualifier === undefined ? [] : [firstOf(node.qualifier)];
  return destructured(node);
}

function clauseNames(clause: ts.ImportClause | undefined, file: ts.SourceFile): readonly string[] {
  const { name, namedBindings } = clause ?? {};
  const own = name === undefined ? [] : ['default'];
  if (namedBindings === undefined) return own;
  if (ts.isNamedImports(namedBindings)) return [...own, ...sourceNames(namedBindings.elements)];
  return [...own, ...membersOf(namedBindings.name.text, file)];
}

const sourceNames = (elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): readonly string[] =>
  elements.map(({ propertyName, name }) => (propertyName ?? name).text);

const firstOf = (name: ts.EntityName): string => (ts.isIdentifier(name) ? name.text : firstOf(name.left));

/** `const { a, b: c } = await import(…)` takes `a` and `b`. */
function destructured(call: ts.Node): readonly string[] {
  const { parent } = ts.isAwaitExpression(call.parent) ? call.parent : call;
  if (!ts.isVariableDeclaration(parent) || !ts.isObjectBindingPattern(parent.name)) return [];
  return parent.name.elements.map(({ propertyName, name }) => (propertyName ?? name).getText());
}

function membersOf(namespace: string, file: ts.SourceFile): readonly string[] {
  const members: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === namespace)
      members.push(node.name.text);
    if (ts.isQualifiedName(node) && node.left.getText() === namespace) members.push(node.right.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return members;
}
