import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

/**
 * `node typecheck.mjs <package>`: type errors of the files of one package. What it imports is read but not checked: that
 * is the task of the packages it comes from. A package that runs in a browser has a configuration of its own.
 */
const root = resolve(process.argv[2]);
const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
const own = join(root, 'tsconfig.json');
const { options } = ts.getParsedCommandLineOfConfigFile(
  existsSync(own) ? own : 'tsconfig.base.json',
  {},
  host,
);
const files = ts.sys.readDirectory(resolve(root, 'src'), ['.ts', '.tsx', '.mts', '.cts']);
const program = ts.createProgram(files, options);
const sources = files.flatMap((file) => program.getSourceFile(file) ?? []);
const found = sources.flatMap((file) => [
  ...program.getSyntacticDiagnostics(file),
  ...program.getSemanticDiagnostics(file),
]);
const format = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getNewLine: () => '\n',
};
if (found.length > 0) process.stdout.write(ts.formatDiagnostics(found, format));
process.stdout.write(`${relative('.', root)}: ${sources.length} files, ${found.length} errors\n`);
process.exitCode = found.length > 0 ? 1 : 0;

function fail(diagnostic) {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
