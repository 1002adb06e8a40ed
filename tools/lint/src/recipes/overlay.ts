import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** `spec.ts` alone is a source. */
const SPECIFICATION = /\.([a-z0-9]+-)?spec\.ts$/;

/** The type checker of the repository over texts that replace files or add some; nothing is written. */
export class Overlay {
  private readonly service: ts.LanguageService;
  private readonly files: readonly string[];
  private texts: ReadonlyMap<string, string> = new Map();
  private round = 0;
  private readonly versions = new Map<string, string>();

  constructor(private readonly root: string) {
    const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
      .config as object;
    const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    this.files = fileNames;
    this.service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...new Set([...this.files, ...this.texts.keys()])],
      getScriptVersion: (path) => this.versions.get(path) ?? '0',
      getScriptSnapshot: (path) => {
        const text = this.read(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      fileExists: (path) => this.texts.has(path) || ts.sys.fileExists(path),
      readFile: (path) => this.read(path),
      directoryExists: (path) =>
        ts.sys.directoryExists(path) || [...this.texts.keys()].some((text) => text.startsWith(`${path}/`)),
      getDirectories: (path) => ts.sys.getDirectories(path),
      realpath: (path) => ts.sys.realpath?.(path) ?? path,
    });
  }

  /** Lays these texts, by path from the root, over the files in place of the texts before. */
  set(texts: ReadonlyMap<string, string>): void {
    this.round += 1;
    const next = new Map(
      [...texts]
        .filter(([file]) => !file.endsWith('.yaml'))
        .map(([file, text]) => [join(this.root, file), text]),
    );
    for (const path of new Set([...this.texts.keys(), ...next.keys()]))
      if (this.texts.get(path) !== next.get(path)) this.versions.set(path, String(this.round));
    this.texts = next;
  }

  /** The errors of a file, each with the lines that it is about. */
  errorsOf(file: string): readonly string[] {
    const path = join(this.root, file);
    const found = [
      ...this.service.getSyntacticDiagnostics(path),
      ...this.service.getSemanticDiagnostics(path),
    ];
    return found.map(({ messageText, start = 0, length = 0 }) => {
      const lines = (this.read(path) ?? '').slice(start).slice(0, length);
      return `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}: ${lines}`;
    });
  }

  /** Paths from the root of all files but specifications. */
  sources(): readonly string[] {
    return [...new Set([...this.files, ...this.texts.keys()])]
      .map((path) => path.slice(this.root.length + 1))
      .filter((file) => !SPECIFICATION.test(file));
  }

  private read(path: string): string | undefined {
    return this.texts.get(path) ?? (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  }
}
