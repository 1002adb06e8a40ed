import type { PoolClient } from 'pg';
import type { Cancellation, Creation } from '@tessera/application-control-plane';
import { BatchExecutor } from '../../batch-executor';
import { isDatabaseUnavailable } from '../../unavailable';
import { shapeOf, writeCreations, type Written } from './creation';

/** Statements that write creations at the same time; with more, fewer creations share a commit. */
const AT_ONCE = 4;
/** Creations of one statement; each number is a prepared statement of its own on each connection. */
const MOST = 8;

interface Job {
  readonly creation: Creation;
  readonly signal: Cancellation | undefined;
}

/** Group commit of creations: those that arrive while others are written share the next statement. */
export class CreationBatches {
  private readonly byShape = new Map<string, BatchExecutor<Job, Written | 'cancelled'>>();

  constructor(private readonly onConnection: <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>) {}

  /** Throws the reason of the signal if the caller disconnects before the creation is written. */
  async add(creation: Creation, signal: Cancellation | undefined): Promise<Written> {
    const outcome = await this.executorOf(shapeOf(creation)).add({ creation, signal });
    if (outcome !== 'cancelled') return outcome;
    signal?.throwIfAborted();
    throw new Error('a creation was left out of its batch without being cancelled');
  }

  private executorOf(shape: string): BatchExecutor<Job, Written | 'cancelled'> {
    const known = this.byShape.get(shape);
    if (known !== undefined) return known;
    const made = new BatchExecutor<Job, Written | 'cancelled'>({
      run: (jobs) => this.onConnection((client) => write(client, jobs)),
      isUnavailable: isDatabaseUnavailable,
      atOnce: AT_ONCE,
      most: MOST,
    });
    this.byShape.set(shape, made);
    return made;
  }
}

async function write(client: PoolClient, jobs: readonly Job[]): Promise<readonly (Written | 'cancelled')[]> {
  const wanted = jobs.filter(({ signal }) => !isCancelled(signal));
  const written = await writeCreations(
    client,
    wanted.map(({ creation }) => creation),
  );
  const outcomes = new Map(wanted.map((job, at) => [job, written[at]]));
  return jobs.map((job) => outcomes.get(job) ?? 'cancelled');
}

function isCancelled(signal: Cancellation | undefined): boolean {
  try {
    signal?.throwIfAborted();
    return false;
  } catch {
    return true;
  }
}
