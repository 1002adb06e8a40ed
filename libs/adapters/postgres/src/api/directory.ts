import { LRUCache } from 'lru-cache';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type {
  Directory,
  AssetNames,
  ProjectPlace,
  VersionedReferences,
} from '@tessera/application-control-plane';
import type { OrgUnitVersions } from '@tessera/contracts-events';
import type { GuardrailOverrides } from '@tessera/domain-workload';
import type { MonotonicClock } from '@tessera/kernel';
import { systemClock } from '@tessera/platform-lifecycle';
import { CLUSTERS, DEPARTMENTS, type ProjectRow, PROJECTS } from '../entities/organisation';
import { columnsOf, selected, tableOf } from '../entities/statements';
import { CREDENTIALS, DATA_VOLUMES } from '../entities/assets';
import { poolOf, rowsOf, type Prepared } from '../prepared';

const PLACE = ['id', 'name', 'namespace', 'departmentId', 'clusterId', 'defaultNodePools'] as const;

/** The versions that were sent to the cluster. */
interface SentRow {
  readonly projectSent: string;
  readonly departmentSent: string;
}

interface PlaceRow extends SentRow, Pick<ProjectRow, (typeof PLACE)[number]> {
  readonly departmentName: string;
  readonly tenantId: number;
  readonly inferencePolicy: {
    readonly defaults?: Readonly<Record<string, unknown>>;
    readonly guardrails?: GuardrailOverrides;
  } | null;
}

/** A data volume or credential, and the claim or Secret behind it. */
interface AssetRow {
  readonly asset: 'dataVolume' | 'credential';
  readonly id: string;
  readonly name: string | null;
  readonly object: string;
}

/** The version and the data of that version, in one query. */
const REFERENCES: Prepared = {
  name: 'references',
  text: `select ${columnsOf(PROJECTS, ['assetsVersion'])} as version,
      (select coalesce(json_agg(found), '[]') from (
        select 'dataVolume' as asset, id::text, null as name, ${columnsOf(DATA_VOLUMES, ['claimName'])} as object
          from ${tableOf(DATA_VOLUMES)} where project_id = $1 and id::text = any($2)
        union all
        select 'credential', id::text, ${columnsOf(CREDENTIALS, ['name', 'secretName'])}
          from ${tableOf(CREDENTIALS)} where project_id = $1 and (name = any($3) or id::text = any($4))) as found) as assets
    from ${tableOf(PROJECTS)} where id = $1`,
};
/** Maximum cached projects; the least recently used one is dropped. */
const MAX_PROJECTS = 1_000;
/** Maximum cached answers of a project; beyond that they are dropped together. */
const MAX_ANSWERS = 1_000;

/** How long a project is cached, ms; a change in this process invalidates it at once. */
const CACHE_MS = 2_000;

const CLUSTER: Prepared = {
  name: 'cluster exists',
  text: `select 1 as found from ${tableOf(CLUSTERS)} where id = $1 and deleted_at is null`,
};
const PROJECT: Prepared = {
  name: 'project place',
  text: `select ${selected(PROJECTS, [...PLACE, 'inferencePolicy'], 'p')}, ${selected(DEPARTMENTS, ['tenantId'], 'd')},
      d.name as "departmentName", p.sent_version as "projectSent", d.sent_version as "departmentSent"
    from ${tableOf(PROJECTS)} p join ${tableOf(DEPARTMENTS)} d on d.id = p.department_id where p.id = $1`,
};

/** Cache shared by all connections of this process. */
class Cache {
  readonly projects = new LRUCache<string, { readonly row: PlaceRow; readonly until: number }>({
    max: MAX_PROJECTS,
  });
  /** Cached answers by project, for its newest known version, by query. */
  readonly answers = new LRUCache<string, Map<string, VersionedReferences>>({ max: MAX_PROJECTS });
}

/** The organisation on Postgres. Projects are cached briefly, because every request reads one. */
export class PostgresDirectory implements Directory {
  private constructor(
    private readonly connection: Pool | PoolClient,
    private readonly clock: MonotonicClock,
    private readonly cache: Cache,
  ) {}

  /** A directory that takes a pooled connection for each query. */
  static onPoolOf(dataSource: DataSource, clock: MonotonicClock = systemClock): PostgresDirectory {
    return new PostgresDirectory(poolOf(dataSource), clock, new Cache());
  }

  /** The same organisation, queried on the caller's connection. */
  on(connection: PoolClient): Directory {
    return new PostgresDirectory(connection, this.clock, this.cache);
  }

  async project(id: string): Promise<ProjectPlace | undefined> {
    const row = await this.row(id);
    return row && toPlace(row);
  }

  async clusterExists(id: string): Promise<boolean> {
    return (await rowsOf(this.connection, CLUSTER, [id])).length > 0;
  }

  async inferenceDefaults(projectId: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return (await this.row(projectId))?.inferencePolicy?.defaults;
  }

  async guardrailOverrides(projectId: string): Promise<GuardrailOverrides | undefined> {
    return (await this.row(projectId))?.inferencePolicy?.guardrails;
  }

  async orgUnitVersions(projectId: string): Promise<OrgUnitVersions | undefined> {
    const row = await this.row(projectId);
    return row && { project: Number(row.projectSent), department: Number(row.departmentSent) };
  }

  async references(projectId: string, named: AssetNames): Promise<VersionedReferences> {
    const { dataVolumes, credentials } = named;
    const ids = (names: readonly string[]) => names.map((name) => name.toLowerCase());
    const values = [projectId, ids(dataVolumes), credentials, ids(credentials)];
    const [row] = await rowsOf<{ version: string; assets: readonly AssetRow[] }>(
      this.connection,
      REFERENCES,
      values,
    );
    // A deleted project has no version.
    const { version = '-1', assets = [] } = row ?? {};
    const found = {
      references: {
        dataVolumes: objects(assets, 'dataVolume', dataVolumes),
        credentials: objects(assets, 'credential', credentials),
      },
      version,
    };
    this.cacheAnswer(projectId, named, found);
    return found;
  }

  async cachedReferences(projectId: string, named: AssetNames): Promise<VersionedReferences> {
    return this.cache.answers.get(projectId)?.get(JSON.stringify(named)) ?? this.references(projectId, named);
  }

  private cacheAnswer(projectId: string, named: AssetNames, found: VersionedReferences): void {
    const [first] = this.cache.answers.get(projectId)?.values() ?? [];
    const known = first?.version === found.version ? this.cache.answers.get(projectId) : undefined;
    const answers = known === undefined || known.size >= MAX_ANSWERS ? new Map() : known;
    this.cache.answers.set(projectId, answers.set(JSON.stringify(named), found));
  }

  forgetProject(id: string): void {
    this.cache.projects.delete(id);
    this.cache.answers.delete(id);
  }

  /** To be called after a change of projects or departments. */
  forget(): void {
    this.cache.projects.clear();
  }

  private async row(id: string): Promise<PlaceRow | undefined> {
    const known = this.cache.projects.get(id);
    if (known !== undefined && known.until > this.clock.elapsedMs()) return known.row;
    const [row] = await rowsOf<PlaceRow>(this.connection, PROJECT, [id]);
    if (row === undefined) this.cache.projects.delete(id);
    else this.cache.projects.set(id, { row, until: this.clock.elapsedMs() + CACHE_MS });
    return row;
  }
}

const toPlace = ({
  inferencePolicy: _policy,
  projectSent: _project,
  departmentSent: _department,
  ...place
}: PlaceRow): ProjectPlace => place;

function objects(
  assets: readonly AssetRow[],
  asset: AssetRow['asset'],
  asked: readonly string[],
): Readonly<Record<string, string>> {
  const own = assets.filter((row) => row.asset === asset);
  return Object.fromEntries(
    asked.flatMap((text) => {
      const found = own.find(({ name }) => name === text) ?? own.find(({ id }) => id === text.toLowerCase());
      return found === undefined ? [] : [[text, found.object]];
    }),
  );
}
