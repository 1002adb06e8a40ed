import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPostgresLog } from '@tessera/adapter-event-log';
import type { EventLog } from '@tessera/application-messaging';
import { commandsTopic, encodeEvent, eventsTopic, SAMPLES, workloadsTopic } from '@tessera/contracts-events';
import { silentLogger } from '@tessera/platform-logging';
import { freePorts } from '@tessera/dev-services';
import { startService } from '@tessera/tool-stack';
import { gpuPortion } from '@tessera/testing-builders';
import type { Cluster } from './cluster';

const { clusterId, projectId, projectName } = SAMPLES.apply;
const PREFIX = 'tessera';
const PARTITIONS = 6;

/** The built scheduler as a process of its own. */
export interface Running {
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startScheduler({ home, databaseUrl, kubeconfig }: Cluster): Promise<Running> {
  const [port = 0, adminPort = 0] = await freePorts(2);
  const service = await startService({
    name: 'scheduler',
    home,
    port,
    readyPort: adminPort,
    env: {
      TESSERA_DATABASE_URL: databaseUrl,
      TESSERA_KUBECONFIG: kubeconfig,
      TESSERA_SCHEDULER_PORT: String(port),
      TESSERA_SCHEDULER_ADMIN_PORT: String(adminPort),
      TESSERA_CLUSTER_ID: clusterId,
      TESSERA_SCHEDULER_IDENTITY: 'bench',
      TESSERA_LOG_LEVEL: 'warn',
    },
  });
  const { pid } = JSON.parse(readFileSync(join(home, 'run', 'scheduler.pid'), 'utf8')) as { pid: number };
  return { pid, stop: () => service.stop() };
}

/** Publishes commands as the API's relay does. */
export class Commands {
  private constructor(private readonly log: EventLog) {}

  static async open({ databaseUrl }: Cluster): Promise<Commands> {
    const log = createPostgresLog({
      url: databaseUrl,
      applicationName: 'bench',
      partitions: PARTITIONS,
      logger: silentLogger,
    });
    await log.ensureTopics([commandsTopic(PREFIX, clusterId), eventsTopic(PREFIX), workloadsTopic(PREFIX)]);
    return new Commands(log);
  }

  /** Asks for so many workloads of one replica with half a GPU; gives their ids. */
  async publish(count: number): Promise<readonly string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    await this.log.publish(
      ids.map((workloadId) => ({ topic: commandsTopic(PREFIX, clusterId).name, ...command(workloadId) })),
    );
    return ids;
  }

  close(): Promise<void> {
    return this.log.close();
  }
}

function command(workloadId: string) {
  const now = new Date().toISOString();
  const name = `w-${workloadId}`;
  return encodeEvent({
    name: 'apply',
    attributes: {
      id: randomUUID(),
      source: '/bench',
      subject: workloadId,
      time: now,
      sequence: '00000000000000000001',
      clusterid: clusterId,
      projectid: projectId,
      workloadname: name,
    },
    data: {
      ...SAMPLES.apply,
      // No project was ever announced here, so there is no quota to wait for.
      orgUnitVersions: { project: 0, department: 0 },
      workloadId,
      name,
      projectName,
      createdAt: now,
      defaultNodePools: ['default'],
      spec: {
        image: 'model:1',
        compute: gpuPortion(0.5),
        servingPort: { container: 8000 },
      },
    },
  });
}
