import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A regular expression as it stands in a source file. */
export interface FoundPattern {
  readonly file: string;
  readonly pattern: RegExp;
}

const SOURCE = /\.ts$/;
const NOT_SHIPPED = /(spec|\.d)\.ts$|\/testing\/|\/testing[^/]*\.ts$|\/(dev-services|e2e)\/src\//;

/** Every regular expression in the shipped sources below a folder: literals, and those made of one literal text. */
export function patternsBelow(root: string, folder: string): readonly FoundPattern[] {
  return filesBelow(join(root, folder)).flatMap((path) => {
    const file = relative(root, path);
    const source = ts.createSourceFile(file, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    return patternsIn(source).map((pattern) => ({ file, pattern }));
  });
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(path);
    return SOURCE.test(path) && !NOT_SHIPPED.test(path) ? [path] : [];
  });
}

function patternsIn(source: ts.SourceFile): readonly RegExp[] {
  const found: RegExp[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(ofLiteral(node.text));
    else if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') {
      const [text, flags] = node.arguments ?? [];
      if (text !== undefined && ts.isStringLiteralLike(text))
        found.push(
          new RegExp(text.text, flags !== undefined && ts.isStringLiteralLike(flags) ? flags.text : ''),
        );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function ofLiteral(text: string): RegExp {
  const end = text.lastIndexOf('/');
  return new RegExp(text.slice(1, end), text.slice(end + 1));
}

/** The patterns of a zod schema and of everything inside it, formats among them. */
export function patternsOfSchema(schema: unknown, seen = new Set<unknown>()): readonly RegExp[] {
  if (schema instanceof RegExp) return [schema];
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  if (Array.isArray(schema)) return schema.flatMap((one) => patternsOfSchema(one, seen));
  const inner = (schema as { readonly _zod?: { readonly def: object } })._zod?.def ?? schema;
  return Object.values(inner).flatMap((one) => patternsOfSchema(one, seen));
}
