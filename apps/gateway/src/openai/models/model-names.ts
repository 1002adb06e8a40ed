import type { FeedAlias } from '@tessera/contracts-internal/gateway';
import { maybe } from '@tessera/kernel';
import type { RoutingTable } from '../../routing/routing-table';
import type { Workload } from '../../routing/workload';
import { Alias, type AliasTable } from './alias-table';
import { bestOf, stateOf, type ModelState } from './model-state';

/** One of the workloads for a request. */
export interface ModelChoice {
  readonly workload: Workload;
  /** The name of the model at its server. */
  readonly model: string;
  /** Longest wait for a replica before the fallback gets the request, ms; absent for the gateway's limit. */
  readonly waitMs?: number;
}

/** What a model name refers to, for one caller; undefined for nothing that the caller may call. */
export type Resolution =
  /** Workloads in the order in which they are tried. */
  | { readonly choices: readonly ModelChoice[] }
  /** The full names of the models that the name may refer to. */
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
type TargetWorkload = Pick<FeedAlias['targets'][number], 'project' | 'workload' | 'model'>;
type NamedModel = Alias | Workload;

/**
 * Resolves model names. An alias of the platform takes precedence over everything else; in a project, an alias takes
 * precedence over the workload of the same name. A name without a project refers to everything that the caller may call
 * in any project. An alias grants no access: workloads that the caller may not call are skipped.
 */
export class ModelNames {
  constructor(
    private readonly table: Pick<RoutingTable, 'find' | 'named' | 'all' | 'public'>,
    private readonly aliases: AliasTable,
  ) {}

  /** The workloads for a request. Each call counts as one request for the weights of an alias. */
  resolve(name: string, mayCall: MayCall): Resolution {
    const [meaning, ...others] = this.meanings(name, mayCall);
    if (meaning === undefined) return undefined;
    if (others.length > 0) return { ambiguous: [meaning, ...others].map(fullName).sort() };
    return { choices: meaning instanceof Alias ? this.choicesOf(meaning, mayCall) : [choiceOf(meaning)] };
  }

  /** The model of that name; undefined where it is unknown, may not be called, or is ambiguous. */
  find(name: string, mayCall: MayCall): ModelEntry | undefined {
    const [meaning, ...others] = this.meanings(name, mayCall);
    return meaning === undefined || others.length > 0 ? undefined : this.entry(name, meaning, mayCall);
  }

  /** Whether there is a workload that unauthenticated callers may call. */
  anyPublic(mayCall: MayCall): boolean {
    for (const one of this.table.public()) if (isServed(one) && mayCall(one)) return true;
    return false;
  }

  /**
   * All models that the caller may call, each under its shortest unambiguous name. For an unauthenticated caller, only
   * the public workloads are read.
   */
  list(mayCall: MayCall, isUnauthenticated = false): readonly ModelEntry[] {
    if (isUnauthenticated && !this.anyPublic(mayCall)) return [];
    const aliases = [...this.aliases.all()].filter((alias) => this.isUsable(alias, mayCall));
    const all = isUnauthenticated ? [...this.table.public()] : this.table.all();
    const workloads = all.filter((one) => isServed(one) && mayCall(one));
    return [...aliases, ...workloads]
      .flatMap((meaning) => {
        const name = meaning instanceof Alias ? meaning.known.name : meaning.name;
        const id = [name, fullName(meaning)].find((one) => {
          const [found, ...others] = this.meanings(one, mayCall);
          return found === meaning && others.length === 0;
        });
        // A workload is hidden by an alias of the same name.
        return id === undefined ? [] : [this.entry(id, meaning, mayCall)];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private meanings(name: string, mayCall: MayCall): readonly NamedModel[] {
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

  private inProject(project: string, name: string, mayCall: MayCall): NamedModel | undefined {
    const alias = this.aliases.find(project, name);
    if (alias !== undefined && this.isUsable(alias, mayCall)) return alias;
    const workload = this.table.find(project, name);
    return workload !== undefined && isServed(workload) && mayCall(workload) ? workload : undefined;
  }

  private isUsable({ known }: Alias, mayCall: MayCall): boolean {
    return [...known.targets, ...known.fallbacks].some((one) => this.workloadOf(one, mayCall) !== undefined);
  }

  private choicesOf(alias: Alias, mayCall: MayCall): readonly ModelChoice[] {
    const { targets, fallbacks, waitMs } = alias.known;
    const picked = alias.pick(targets.filter((one) => this.workloadOf(one, mayCall) !== undefined));
    const inOrder: readonly TargetWorkload[] = picked === undefined ? fallbacks : [picked, ...fallbacks];
    const chosen = inOrder.flatMap((target) => {
      const workload = this.workloadOf(target, mayCall);
      return workload === undefined ? [] : [{ workload, model: target.model ?? servedModel(workload) }];
    });
    return chosen
      .filter(({ workload }, index) => chosen.findIndex((one) => one.workload === workload) === index)
      .map((choice) => (waitMs === undefined ? choice : { ...choice, waitMs }));
  }

  private workloadOf({ project, workload }: TargetWorkload, mayCall: MayCall): Workload | undefined {
    const found = this.table.find(project, workload);
    return found !== undefined && isServed(found) && mayCall(found) ? found : undefined;
  }

  private entry(id: string, meaning: NamedModel, mayCall: MayCall): ModelEntry {
    if (!(meaning instanceof Alias)) {
      const { project, name, createdAt } = meaning;
      return { id, state: stateOf(meaning), created: seconds(createdAt), project, workload: name };
    }
    const { targets, fallbacks, project, createdAt } = meaning.known;
    const workloads = [...targets.filter(({ weight }) => weight > 0), ...fallbacks].flatMap(
      (target) => this.workloadOf(target, mayCall) ?? [],
    );
    const state = bestOf(workloads.map(stateOf)) ?? 'asleep';
    return {
      id,
      state,
      created: seconds(createdAt),
      alias: true,
      ...maybe('project', project),
    };
  }
}

const choiceOf = (workload: Workload): ModelChoice => ({ workload, model: servedModel(workload) });

/** The name of the model at the server: the annotation of the pods where they have one, else the workload's name. */
const servedModel = (workload: Workload): string => workload.servedModel ?? workload.name;

/** Whether the workload exists. After its owner object was deleted, it is served as long as a replica is ready. */
const isServed = (workload: Workload): boolean => workload.isKnown || workload.hasReady;

function fullName(meaning: NamedModel): string {
  if (!(meaning instanceof Alias)) return `${meaning.project}/${meaning.name}`;
  const { project, name } = meaning.known;
  return project === undefined ? name : `${project}/${name}`;
}

const seconds = (createdAt: string | undefined): number =>
  createdAt === undefined ? 0 : Math.floor(Date.parse(createdAt) / 1000);
