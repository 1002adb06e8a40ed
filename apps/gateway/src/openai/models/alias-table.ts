import type { FeedAlias } from '@tessera/contracts-internal/gateway';

type AliasTarget = FeedAlias['targets'][number];

/** Fractional part of the golden ratio: its multiples modulo 1 are spread more evenly than random numbers. */
const GOLDEN = 0.618_033_988_749_894_9;

/** An alias, with the count of requests by which {@link Alias.pick} spreads them over the targets. */
export class Alias {
  private turn = 0;

  constructor(readonly known: FeedAlias) {}

  /**
   * One of the targets by weight; undefined where all weights are 0. After any number of requests, the choices are as
   * close to the proportions of the weights as possible. Deterministic.
   */
  pick(targets: readonly AliasTarget[]): AliasTarget | undefined {
    const total = targets.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return undefined;
    this.turn = (this.turn + 1) % 0x40000000;
    let point = ((this.turn * GOLDEN) % 1) * total;
    for (const target of targets) {
      point -= target.weight;
      if (point < 0) return target;
    }
    return targets.findLast(({ weight }) => weight > 0);
  }
}

/** The aliases in the last snapshot of the API. They are kept while it cannot be reached. */
export class AliasTable {
  private readonly byKey = new Map<string, Alias>();
  /** Projects with an alias of that name. */
  private projects = new Map<string, string[]>();

  /** Replaces all aliases. Requests that were assigned a workload before keep it. */
  update(aliases: readonly FeedAlias[]): void {
    const keys = new Set(aliases.map(keyOf));
    for (const key of this.byKey.keys()) if (!keys.has(key)) this.byKey.delete(key);
    for (const alias of aliases) {
      const key = keyOf(alias);
      if (JSON.stringify(this.byKey.get(key)?.known) !== JSON.stringify(alias))
        this.byKey.set(key, new Alias(alias));
    }
    this.projects = new Map();
    for (const { name, project } of aliases)
      if (project !== undefined) this.projects.set(name, [...(this.projects.get(name) ?? []), project]);
  }

  /** Names of the projects that have an alias of that name. */
  projectsOf(name: string): readonly string[] {
    return this.projects.get(name) ?? [];
  }

  /** `project`: name of the project of the alias; undefined for one of the whole platform. */
  find(project: string | undefined, name: string): Alias | undefined {
    return this.byKey.get(key(project, name));
  }

  all(): Iterable<Alias> {
    return this.byKey.values();
  }
}

/** A key that is unique whatever characters the names contain: the length shows where the project ends. */
const key = (project: string | undefined, name: string): string =>
  project === undefined ? `:${name}` : `${project.length}:${project}${name}`;
const keyOf = ({ project, name }: FeedAlias): string => key(project, name);
