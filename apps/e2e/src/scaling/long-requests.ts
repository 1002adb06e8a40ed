import { eventually } from '@tessera/testing-services';
import { portsFrom } from '@tessera/tool-stack';
import { gpuPortion } from '@tessera/testing-builders';
import { INFERENCES, workload, type Client } from '../client';
import { podsInCluster } from '../cluster';
import type { Platform } from '../platform';
import type { Outcome, TwoGateways } from './two-gateways';

const LIMIT_MS = 90_000;
const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
const HALF = gpuPortion(0.5);
/** Its GPUs get another geometry, and its replicas move to the other pool. */
const MIG_NODE = 'a100-pool-a-1';
const GEOMETRY = 'all-1g.5gb';

const fixed = (replicas: number) => ({ autoscaling: { minReplicas: replicas, maxReplicas: replicas } });
/** By the reason for which a replica has to leave. */
const WORKLOADS = {
  image: { replicas: 1, compute: CPU, spec: fixed(1) },
  number: { replicas: 2, compute: CPU, spec: fixed(2) },
  geometry: { replicas: 1, compute: HALF, spec: { nodePools: ['my-node-pool-a', 'my-node-pool-b'] } },
} as const;
type Reason = keyof typeof WORKLOADS;
const REASONS = Object.keys(WORKLOADS) as readonly Reason[];

/** Requests of 45 s that are open at every replica of three workloads, a replica of which is then to leave. */
export class LongRequests {
  private readonly ids = new Map<Reason, string>();
  private readonly before = new Map<Reason, readonly string[]>();
  private answers: Promise<readonly Outcome[]> = Promise.resolve([]);

  constructor(
    private readonly platform: Platform,
    private readonly client: Client,
    private readonly gateways: TwoGateways,
  ) {}

  /** Opens the requests; resolves once the gateway has them. */
  async open(): Promise<void> {
    const environmentVariables = [{ name: 'SIM_LATENCY_MS', value: '45000' }];
    for (const reason of REASONS) {
      const { compute, spec } = WORKLOADS[reason];
      const body = workload(reason, compute, { environmentVariables, ...spec });
      this.ids.set(reason, (await this.client.create(body)).workloadId as string);
    }
    for (const reason of REASONS)
      await eventually(async () => {
        expect(await this.client.phaseOf(this.idOf(reason))).toBe('Running');
        expect(await this.uidsOf(reason)).toHaveLength(WORKLOADS[reason].replicas);
      }, LIMIT_MS);
    const sent: Promise<Outcome>[] = [];
    for (const reason of REASONS) {
      this.before.set(reason, await this.uidsOf(reason));
      for (let replica = 0; replica < WORKLOADS[reason].replicas; replica += 1)
        sent.push(this.gateways.send(reason, this.gateways.second));
    }
    this.answers = Promise.all(sent);
    await eventually(async () => expect(await this.inFlight()).toBe(sent.length), LIMIT_MS);
  }

  /** Asks for another image, a smaller number of replicas, and another geometry of the node. */
  async askToLeave(): Promise<void> {
    await this.patch('image', { image: 'model:2' });
    await this.patch('number', fixed(1));
    const path = `/api/v1/tessera/clusters/${CLUSTER}/nodes/${MIG_NODE}/mig-config`;
    expect((await this.client.call('PUT', path, { config: GEOMETRY })).status).toBe(202);
  }

  /** Resolves once every request has ended and of each workload a replica has left. */
  async ended(): Promise<readonly Outcome[]> {
    const outcomes = await this.answers;
    for (const reason of REASONS)
      await eventually(async () => {
        const now = await this.uidsOf(reason);
        expect(now).not.toEqual(expect.arrayContaining([...(this.before.get(reason) ?? [])]));
      }, LIMIT_MS);
    return outcomes;
  }

  private idOf(reason: Reason): string {
    return this.ids.get(reason) ?? '';
  }

  private async uidsOf(reason: Reason): Promise<readonly string[]> {
    return (await podsInCluster(this.platform.connection))
      .filter(({ metadata }) => metadata.labels['tessera.io/workload-id'] === this.idOf(reason))
      .map(({ metadata }) => metadata.uid as string);
  }

  private async patch(reason: Reason, spec: object): Promise<void> {
    const { status } = await this.client.call('PATCH', `${INFERENCES}/${this.idOf(reason)}`, { spec });
    expect(status).toBe(202);
  }

  /** Requests of these workloads that the second gateway has open. */
  private async inFlight(): Promise<number> {
    const port = portsFrom(this.platform.portBase).secondGatewayAdmin;
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith('tessera_gateway_in_flight'))
      .filter((line) => [...this.ids.values()].some((id) => line.includes(id)))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }
}
