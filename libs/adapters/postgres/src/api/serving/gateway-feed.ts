import type { DataSource } from 'typeorm';
import type {
  AliasPlace,
  GatewayFeedStore,
  ModelAliasRow,
  ServingKeyRow,
} from '@tessera/application-control-plane';
import type {
  FeedAlias,
  FeedKey,
  FeedLimits,
  FeedSnapshot,
  FeedSubject,
} from '@tessera/contracts-internal/gateway';
import { maybe } from '@tessera/kernel';
import { CLUSTERS, PROJECTS } from '../../entities/organisation';
import { SUBJECTS } from '../../entities/access';
import { GATEWAY_FEED, MODEL_ALIASES, SERVING_KEYS, SERVING_LIMITS } from '../../entities/serving';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Opened {
  readonly name: string;
  /** Null for all workloads of the project. */
  readonly workloads: readonly string[] | null;
}

/** The feed of gateways, on Postgres. */
export class PostgresGatewayFeed implements GatewayFeedStore {
  constructor(private readonly dataSource: DataSource) {}

  async version(): Promise<string> {
    const row = await this.dataSource.getRepository(GATEWAY_FEED).findOneByOrFail({ id: 1 });
    return String(row.revision);
  }

  async snapshot(clusterId: string, now: string): Promise<FeedSnapshot | undefined> {
    if (!UUID.test(clusterId)) return undefined;
    const cluster = await this.dataSource.getRepository(CLUSTERS).findOneBy({ id: clusterId });
    if (cluster === null || cluster.deletedAt !== null) return undefined;
    const [keys, subjects, aliases, limits] = await Promise.all([
      this.keys(clusterId, now),
      this.subjects(cluster.tenantId),
      this.aliases(cluster.tenantId, clusterId),
      this.limits(clusterId),
    ]);
    return { keys, subjects, aliases, limits };
  }

  private async keys(clusterId: string, now: string): Promise<readonly FeedKey[]> {
    const { entities, raw } = await this.dataSource
      .getRepository(SERVING_KEYS)
      .createQueryBuilder('k')
      .innerJoin('ServingKeyProject', 's', 's.key_id = k.id')
      .innerJoin('Project', 'p', 'p.id = s.project_id and p.cluster_id = :clusterId', { clusterId })
      .addSelect(`json_agg(json_build_object('name', p.name, 'workloads', s.workload_ids))`, 'opened')
      .where('k.revoked_at is null and (k.expires_at is null or k.expires_at > :now)', { now })
      .groupBy('k.id')
      .orderBy('k.created_at')
      .addOrderBy('k.id')
      .getRawAndEntities<{ readonly opened: readonly Opened[] }>();
    return entities.flatMap((key, at) => secretsOf(key, raw[at]?.opened ?? [], now));
  }

  /** Aliases with their workloads in the cluster. */
  private async aliases(tenantId: number, clusterId: string): Promise<readonly FeedAlias[]> {
    const [aliases, projects] = await Promise.all([
      this.dataSource.getRepository(MODEL_ALIASES).find({ where: { tenantId }, order: { id: 'asc' } }),
      this.dataSource
        .getRepository(PROJECTS)
        .find({ select: { id: true, name: true }, where: { clusterId } }),
    ]);
    const names = new Map(projects.map(({ id, name }) => [id, name]));
    return aliases.flatMap((alias) => aliasesOf(alias, names));
  }

  private async limits(clusterId: string): Promise<readonly FeedLimits[]> {
    const { entities, raw } = await this.dataSource
      .getRepository(SERVING_LIMITS)
      .createQueryBuilder('l')
      .innerJoin('Project', 'p', 'p.id = l.project_id and p.cluster_id = :clusterId', { clusterId })
      .addSelect('p.name', 'project_name')
      .orderBy('l.id')
      .getRawAndEntities<{ readonly project_name: string }>();
    return entities.map(({ workloadId, limits }, at) =>
      workloadId === null
        ? { scope: 'project', name: raw[at]?.project_name ?? '', limits }
        : { scope: 'workload', id: workloadId, limits },
    );
  }

  private async subjects(tenantId: number): Promise<readonly FeedSubject[]> {
    const found = await this.dataSource
      .getRepository(SUBJECTS)
      .find({ where: { tenantId }, order: { id: 'asc' } });
    return found.map(({ id, kind, clientId, secretVersion }) => ({
      ...{ id, kind, name: clientId, secretVersion },
    }));
  }
}

/** The alias for the cluster with these projects, by their ids; none where it is of another cluster. */
function aliasesOf(alias: ModelAliasRow, names: ReadonlyMap<string, string>): readonly FeedAlias[] {
  const { id, name, projectId, waitSeconds, createdAt } = alias;
  const project = projectId === null ? undefined : names.get(projectId);
  if (projectId !== null && project === undefined) return [];
  const here = <P extends AliasPlace>(places: readonly P[]) =>
    places.flatMap(({ projectId: at, ...place }) => {
      const found = names.get(at);
      return found === undefined ? [] : [{ ...place, project: found }];
    });
  const feed = {
    ...{ id, name, createdAt, targets: here(alias.targets), fallbacks: here(alias.fallbacks) },
    ...maybe('project', project),
    ...maybe('waitMs', waitSeconds === null ? undefined : waitSeconds * 1000),
  };
  return [feed];
}

/** The entries of a key: one for its secret, and one for the previous secret while that is valid. */
function secretsOf(key: ServingKeyRow, opened: readonly Opened[], now: string): readonly FeedKey[] {
  const { id, digest, name, limits, priority, expiresAt, previousDigest, previousUntil } = key;
  const [only] = opened;
  const entry = {
    ...{ id, digest, name, limits, priority },
    scope: {
      projects: opened.filter(({ workloads }) => workloads === null).map((project) => project.name),
      workloads: opened.flatMap(({ workloads }) => workloads ?? []),
    },
    ...maybe('project', opened.length === 1 ? only?.name : undefined),
    ...maybe('expiresAt', expiresAt),
  };
  if (previousDigest === null || previousUntil === null || previousUntil <= now) return [entry];
  const until = expiresAt === null || previousUntil < expiresAt ? previousUntil : expiresAt;
  return [entry, { ...entry, digest: previousDigest, expiresAt: until }];
}
