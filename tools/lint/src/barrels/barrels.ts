import { exportedNames, isStarExport } from './exported-names';
import { importedNames, type PackageName } from './imported-names';
import { parsed, type Tree } from './parsed';

/** A package of the workspace. */
export interface Package {
  readonly name: string;
  /** From the root of the repository, as all paths here. */
  readonly folder: string;
  /** The barrel behind each specifier under which others may import it, such as `@tessera/kernel`. */
  readonly barrels: Readonly<Record<string, string>>;
}

/** What barrels export though no file outside of their package imports it. */
export function unusedExports(packages: readonly Package[], tree: Tree): readonly PackageName[] {
  const used = namesUsed(packages, tree);
  return packages
    .flatMap(({ barrels }) => Object.entries(barrels))
    .flatMap(([specifier, path]) => [...exportedNames(path, tree)].map((name) => ({ specifier, name })))
    .filter(({ specifier, name }) => used.get(specifier)?.has(name) !== true);
}

function namesUsed(packages: readonly Package[], tree: Tree): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>();
  for (const [path, text] of tree) {
    if (!text.includes('@tessera/')) continue;
    const own = packages.find(({ folder }) => path.startsWith(`${folder}/`));
    for (const { specifier, name } of importedNames(parsed(path, text)))
      if (own === undefined || !(specifier in own.barrels))
        used.set(specifier, (used.get(specifier) ?? new Set()).add(name));
  }
  return used;
}

/** Files with an `export *`, which exports whatever the other file comes to export. */
export const starExports = (tree: Tree): readonly string[] =>
  [...tree]
    .filter(
      ([path, text]) => /export (type )?\*/.test(text) && parsed(path, text).statements.some(isStarExport),
    )
    .map(([path]) => path);
