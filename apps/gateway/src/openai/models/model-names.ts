import type { FeedAlias } from '@tessera/contracts-internal/gateway';
import type { RoutingTable } from '../../routing/routing-table';
import type { Workload } from '../../routing/workload';
import { Alias, type AliasBook } from './alias-book';
import { bestOf, stateOf, type ModelState } from './model-state';

/** A workload that a request may go to. */
export interface ModelChoice {
  readonly workload: Workload;
  /** The name that its server knows the model by. */
  readonly model: string;
  /** Longest wait for a replica before the next choice, ms; absent for the limit of all requests. */
  readonly waitMs?: number;
}

/** What a model name stands for, for one caller. */
export type Resolution =
  /** Workloads in the order in which they are asked. */
  | { readonly choices: readonly ModelChoice[] }
  /** Names of which the caller may mean any. */
  | { readonly ambiguous: readonly string[] }
  | undefined;

/** A model as callers see it. */
export interface ModelEntry {
  readonly id: string;
  readonly state: ModelState;
  /** Unix time, s. */
  readonly created: number;
  /** Project of the workload or alias; absent for an alias of the whole platform. */
  readonly project?: string;
  /** Absent for an alias. */
  readonly workload?: string;
  readonly alias?: boolean;
}

type MayCall = (workload: Workload) => boolean;
type Place = Pick<FeedAlias['targets'][number], 'project' | 'workload' | 'model'>;
type Meaning = Alias | Workload;

/**
 * The names of models. An alias of the platform comes before everything else; in a project, an alias comes before the
 * workload of that name. A name without project stands for what a caller may call in all projects together. An alias
 * opens nothing: workloads that the caller may not call are left out of it.
 */
export class ModelNames {
  constructor(
    private readonly table: Pick<RoutingTable, 'find' | 'named' | 'all' | 'public'>,
    private readonly aliases: AliasBook,
  ) {}

  /** The workloads for a request; counts as a request in the weights of an alias. */
  resolve(name: string, mayCall: MayCall): Resolution {
    const [meaning, ...others] = this.meanings(name, mayCall);
    if (meaning === undefined) return undefined;
    if (others.length > 0) return { ambiguous: [meaning, ...others].map(fullName).sort() };
    return { choices: meaning instanceof Alias ? this.choicesOf(meaning, mayCall) : [choiceOf(meaning)] };
  }

  /** The model of that name; undefined where it is unknown, may not be called, or stands for several. */
  find(name: string, mayCall: MayCall): ModelEntry | undefined {
    const [meaning, ...others] = this.meanings(name, mayCall);
    return meaning === undefined || others.length > 0 ? undefined : this.entry(name, meaning, mayCall);
  }

  /** Whether there is anything that a stranger may call. */
  anyPublic(mayCall: MayCall): boolean {
    for (const one of this.table.public()) if (isServed(one) && mayCall(one)) return true;
    return false;
  }

  /**
   * Everything that the caller may call, each under the shortest name that stands for it alone. A stranger is shown what
   * is public, without a look at anything else.
   */
  list(mayCall: MayCall, isStranger = false): readonly ModelEntry[] {
    if (isStranger && !this.anyPublic(mayCall)) return [];
    const aliases = [...this.aliases.all()].filter((alias) => this.isUsable(alias, mayCall));
    const all = isStranger ? [...this.table.public()] : this.table.all();
    const workloads = all.filter((one) => isServed(one) && mayCall(one));
    return [...aliases, ...workloads]
      .flatMap((meaning) => {
        const name = meaning instanceof Alias ? meaning.known.name : meaning.name;
        const id = [name, fullName(meaning)].find((one) => {
          const [found, ...others] = this.meanings(one, mayCall);
          return found === meaning && others.length === 0;
        });
        // Hidden behind an alias of the same name.
        return id === undefined ? [] : [this.entry(id, meaning, mayCall)];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private meanings(name: string, mayCall: MayCall): readonly Meaning[] {
    const ofAll = this.aliases.find(undefined, name);
    if (ofAll !== undefined && this.isUsable(ofAll, mayCall)) return [ofAll];
    const slash = name.indexOf('/');
    if (slash >= 0) {
      const found = this.inProject(name.slice(0, slash), name.slice(slash + 1), mayCall);
      return found === undefined ? [] : [found];
    }
    const projects = new Set(this.table.named(name).map(({ project }) => project));
    for (const project of this.aliases.projectsOf(name)) projects.add(project);
    return [...projects].flatMap((project) => this.inProject(project, name, mayCall) ?? []);
  }

  private inProject(project: string, name: string, mayCall: MayCall): Meaning | undefined {
    const alias = this.aliases.find(project, name);
    if (alias !== undefined && this.isUsable(alias, mayCall)) return alias;
    const workload = this.table.find(project, name);
    return workload !== undefined && isServed(workload) && mayCall(workload) ? workload : undefined;
  }

  private isUsable({ known }: Alias, mayCall: MayCall): boolean {
    return [...known.targets, ...known.fallbacks].some((place) => this.at(place, mayCall) !== undefined);
  }

  private choicesOf(alias: Alias, mayCall: MayCall): readonly ModelChoice[] {
    const { targets, fallbacks, waitMs } = alias.known;
    const picked = alias.pick(targets.filter((one) => this.at(one, mayCall) !== undefined));
    const places: readonly Place[] = picked === undefined ? fallbacks : [picked, ...fallbacks];
    const chosen = places.flatMap((place) => {
      const workload = this.at(place, mayCall);
      return workload === undefined ? [] : [{ workload, model: place.model ?? servedModel(workload) }];
    });
    return chosen
      .filter(({ workload }, index) => chosen.findIndex((one) => one.workload === workload) === index)
      .map((choice) => (waitMs === undefined ? choice : { ...choice, waitMs }));
  }

  private at({ project, workload }: Place, mayCall: MayCall): Workload | undefined {
    const found = this.table.find(project, workload);
    return found !== undefined && isServed(found) && mayCall(found) ? found : undefined;
  }

  private entry(id: string, meaning: Meaning, mayCall: MayCall): ModelEntry {
    if (!(meaning instanceof Alias)) {
      const { project, name, createdAt } = meaning;
      return { id, state: stateOf(meaning), created: seconds(createdAt), project, workload: name };
    }
    const { targets, fallbacks, project, createdAt } = meaning.known;
    const workloads = [...targets.filter(({ weight }) => weight > 0), ...fallbacks].flatMap(
      (place) => this.at(place, mayCall) ?? [],
    );
    const state = bestOf(workloads.map(stateOf)) ?? 'asleep';
    return {
      id,
      state,
      created: seconds(createdAt),
      alias: true,
      ...(project === undefined ? {} : { project }),
    };
  }
}

const choiceOf = (workload: Workload): ModelChoice => ({ workload, model: servedModel(workload) });

/** The annotation of its pods where there is one, else its own name. */
const servedModel = (workload: Workload): string => workload.servedModel ?? workload.name;

/** A deleted workload whose pods are still there is none. */
const isServed = (workload: Workload): boolean => workload.isKnown || workload.hasReady;

function fullName(meaning: Meaning): string {
  if (!(meaning instanceof Alias)) return `${meaning.project}/${meaning.name}`;
  const { project, name } = meaning.known;
  return project === undefined ? name : `${project}/${name}`;
}

const seconds = (createdAt: string | undefined): number =>
  createdAt === undefined ? 0 : Math.floor(Date.parse(createdAt) / 1000);
