import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';

/** What of a package-lock (version 3) is read, by path: `node_modules/a/node_modules/b`. */
export interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
export type Lock = Readonly<Record<string, LockedPackage>>;

interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly licenses?: readonly [
    { readonly expression: string } | { readonly license: { readonly name: string } },
  ];
}

/** A bill of materials in the form of CycloneDX 1.6. */
export interface Sbom {
  readonly $schema: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: object;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const FOLDER = 'node_modules/';
const PACKAGE = /^(@[^/]+\/)?[^/]+/;
/** An SPDX expression of the kind that packages have. */
const SPDX = /^[\w.+-]+$|^\(?[\w.+-]+( (OR|AND|WITH) [\w.+-]+)*\)?$/;

/** Packages of the registry that a bundle holds or imports, by their name. */
export function packagesOf({ inputs, outputs }: Metafile): readonly string[] {
  const imported = Object.values(outputs).flatMap(({ imports }) =>
    imports.filter(({ external, path }) => external === true && !isBuiltin(path)).map(({ path }) => path),
  );
  const held = Object.keys(inputs)
    .filter((path) => path.includes(FOLDER))
    .map((path) => path.slice(path.lastIndexOf(FOLDER) + FOLDER.length));
  const names = [...imported, ...held].flatMap((path) => PACKAGE.exec(path)?.[0] ?? []);
  return [...new Set(names)].sort();
}

/**
 * The bill of materials of a service: the packages that its bundle holds or imports and all that those need, in the
 * versions of the lock. The same lock gives the same text. Throws for a package that the lock does not know.
 */
export function sbomOf(
  service: { readonly name: string; readonly version: string; readonly license: string },
  roots: readonly string[],
  lock: Lock,
): Sbom {
  const reached = new Map<string, readonly string[]>();
  const own = roots.map((name) => {
    const path = resolve(lock, '', name);
    if (path === undefined)
      throw new Error(`${service.name} needs ${name}, which package-lock.json does not have`);
    return path;
  });
  const pending = [...own];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path)) continue;
    const needs = needsOf(lock, path);
    reached.set(path, needs);
    pending.push(...needs);
  }
  const paths = [...reached.keys()].sort();
  const components = new Map(paths.map((path) => [refOf(lock, path), componentOf(lock, path)]));
  const self = `pkg:npm/${service.name.replace('@', '%40')}@${service.version}`;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        ...{ type: 'application', 'bom-ref': self, name: service.name, version: service.version },
        licenses: [{ expression: service.license }],
      },
    },
    components: [...components.values()],
    dependencies: [{ ref: self, dependsOn: refsOf(lock, own) }, ...dependenciesOf(lock, reached)],
  };
}

/** One entry per package and version, though it may lie in several folders. */
function dependenciesOf(lock: Lock, reached: ReadonlyMap<string, readonly string[]>): Sbom['dependencies'] {
  const needs = new Map<string, readonly string[]>();
  for (const [path, needed] of reached) {
    const ref = refOf(lock, path);
    needs.set(ref, [...(needs.get(ref) ?? []), ...refsOf(lock, needed)]);
  }
  return [...needs]
    .map(([ref, all]) => ({ ref, dependsOn: [...new Set(all)].sort() }))
    .sort((one, other) => (one.ref < other.ref ? -1 : 1));
}

/** What a package needs and has; of optional and peer dependencies those that are installed for production. */
function needsOf(lock: Lock, path: string): readonly string[] {
  const { dependencies, optionalDependencies, peerDependencies } = lock[path] ?? {};
  const names = Object.keys({ ...peerDependencies, ...optionalDependencies, ...dependencies });
  return names.flatMap((name) => {
    const found = resolve(lock, path, name);
    return found === undefined || lock[found]?.dev === true ? [] : [found];
  });
}

/** Where Node finds a package that is asked for at a path: there, or in a folder above. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf(`/${FOLDER}`)))) {
    const path = at === '' ? `${FOLDER}${name}` : `${at}/${FOLDER}${name}`;
    const found = lock[path];
    if (found !== undefined && found.link !== true) return path;
    if (at === '') return undefined;
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);
const refOf = (lock: Lock, path: string): string =>
  `pkg:npm/${nameOf(path).replace('@', '%40')}@${lock[path]?.version ?? ''}`;
const refsOf = (lock: Lock, paths: readonly string[]): readonly string[] =>
  [...new Set(paths.map((path) => refOf(lock, path)))].sort();

function componentOf(lock: Lock, path: string): Component {
  const { version = '', license, integrity } = lock[path] ?? {};
  const [, digest] = /^sha512-([\w+/=]+)$/.exec(integrity ?? '') ?? [];
  return {
    type: 'library',
    'bom-ref': refOf(lock, path),
    name: nameOf(path),
    version,
    purl: refOf(lock, path),
    ...(digest === undefined
      ? {}
      : { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }),
    ...(license === undefined
      ? {}
      : { licenses: [SPDX.test(license) ? { expression: license } : { license: { name: license } }] }),
  };
}
