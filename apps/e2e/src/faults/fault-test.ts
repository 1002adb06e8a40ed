import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Json } from '../client';
import { Platform } from '../platform';

export const LIMIT_MS = 40_000;
export const NAMESPACE = 'runai-project-1';
export const CORE = `/api/v1/namespaces/${NAMESPACE}`;

/** State of a workload as the API reports it. */
export interface PhaseReport {
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
}

/** Fixture of fault tests: a platform, and helpers for its faults. */
export class FaultTest {
  private constructor(
    readonly platform: Platform,
    readonly client: Client,
    readonly cluster: KubernetesConnection,
  ) {}

  static async start(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<FaultTest> {
    const platform = await Platform.create();
    try {
      await platform.start(['--kafka', 'embedded', ...args], env);
    } catch (error) {
      await platform.remove();
      throw error;
    }
    const client = new Client(() => platform.connection);
    return new FaultTest(platform, client, connectKubernetes(platform.connection.kubeconfig));
  }

  async remove(): Promise<void> {
    await this.cluster.close();
    await this.platform.remove();
  }

  async create(name: string, spec: object = {}, compute: object = {}): Promise<string> {
    return (await this.client.create(workload(name, compute, spec))).workloadId as string;
  }

  /** Deletes the workload and waits until nothing of it is left in the cluster. */
  async end(id: string): Promise<void> {
    await this.client.call('DELETE', `${INFERENCES}/${id}`);
    await eventually(async () => expect(await this.podsOf(id)).toEqual([]), LIMIT_MS);
  }

  async phaseOf(id: string): Promise<PhaseReport> {
    const { body } = await this.client.call('GET', `/api/v1/workloads/${id}`);
    const ready = body.conditions?.find(({ type }: Json) => type === 'Ready');
    return { phase: body.phase, reason: ready?.reason ?? '', message: body.phaseMessage ?? '' };
  }

  async condition(id: string, type: string): Promise<Json> {
    const { body } = await this.client.call('GET', `/api/v1/workloads/${id}`);
    return body.conditions.find((one: Json) => one.type === type);
  }

  running(id: string): Promise<void> {
    return eventually(
      async () => expect(await this.phaseOf(id)).toEqual({ phase: 'Running', reason: 'Ready', message: '' }),
      LIMIT_MS,
    );
  }

  says(id: string, phase: string, reason: RegExp, message: RegExp): Promise<void> {
    return eventually(async () => {
      const reported = await this.phaseOf(id);
      expect(reported.reason).toMatch(reason);
      expect(reported.phase).toBe(phase);
      expect(reported.message).toMatch(message);
    }, LIMIT_MS);
  }

  /** Waits for a warning of the workload. */
  warned(id: string, reason: RegExp): Promise<void> {
    return eventually(async () => {
      const reasons = (await this.client.eventsOf(id))
        .filter(({ type }) => type === 'Warning')
        .map((event) => event.reason);
      expect(reasons.join(' ')).toMatch(reason);
    }, LIMIT_MS);
  }

  async items(path: string, workloadId?: string): Promise<readonly Json[]> {
    const query = workloadId === undefined ? {} : { labelSelector: `tessera.io/workload-id=${workloadId}` };
    return (await this.cluster.request<Json>('GET', path, { query })).items;
  }

  podsOf(id: string): Promise<readonly Json[]> {
    return this.items(`${CORE}/pods`, id);
  }

  async podOf(id: string): Promise<Json> {
    const pods = await this.podsOf(id);
    expect(pods).toHaveLength(1);
    return pods[0];
  }

  /** Waits until exactly one pod with another uid has replaced it and runs. */
  replaced(id: string, uid: string): Promise<void> {
    return eventually(async () => {
      const pod = await this.podOf(id);
      expect(pod.metadata.uid).not.toBe(uid);
      expect(pod.status.phase).toBe('Running');
    }, LIMIT_MS);
  }

  patch(path: string, body: object): Promise<Json> {
    return this.cluster.request<Json>('PATCH', path, {
      body,
      contentType: 'application/merge-patch+json',
    });
  }

  /** What the operator of the simulated kubelets can do. */
  async simulate(path: string): Promise<void> {
    const port = this.platform.kubeletPort;
    const response = await fetch(`http://127.0.0.1:${port}/simulate/${path}`, { method: 'POST' });
    if (response.status !== 200)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
}
