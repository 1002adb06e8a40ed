import { DataSource } from 'typeorm';
import type { AcceptedRow, EndState, WorkloadRow } from './recording';

const WORKLOADS = `
  select id, name, deleted_at is null as living, coalesce(coalesce(spec, effective_spec)->>'image', '') as image, generation, phase,
         phase_message as message, sequence::int as sequence,
         coalesce((coalesce(spec, effective_spec)->'autoscaling'->>'minReplicas')::int, 1) as replicas
  from api.workloads`;
const ACCEPTED = 'select id, generation, deleted as gone, sequence::int as sequence from scheduler.workloads';
const UNPUBLISHED = `
  select 'api' as service, count(*)::int as count from api.outbox where published_at is null
  union all
  select 'scheduler', count(*)::int from scheduler.outbox where published_at is null`;

/** Reads the tables of the platform as the owner of the database. */
export class Databases {
  private readonly source: DataSource;

  constructor(url: string) {
    this.source = new DataSource({
      ...{ type: 'postgres', url, connectTimeoutMS: 5_000, poolErrorHandler: () => undefined },
    });
  }

  async rows(): Promise<Pick<EndState, 'workloads' | 'accepted' | 'unpublished'>> {
    const unpublished = await this.query<{ readonly service: string; readonly count: number }>(UNPUBLISHED);
    return {
      workloads: await this.query<WorkloadRow>(WORKLOADS),
      accepted: await this.query<AcceptedRow>(ACCEPTED),
      unpublished: Object.fromEntries(unpublished.map(({ service, count }) => [service, count])),
    };
  }

  async query<T>(text: string): Promise<readonly T[]> {
    if (!this.source.isInitialized) await this.source.initialize();
    return this.source.query<readonly T[]>(text);
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
