import { eventually } from '@tessera/testing-services/eventually';
import { Wires, type KubernetesUnderTest, type Wire } from './wire';

const PATHS: Readonly<Record<string, string>> = {
  leases: '/apis/coordination.k8s.io/v1',
  deployments: '/apis/apps/v1',
  poddisruptionbudgets: '/apis/policy/v1',
};

/** Fixture: a namespace for one group of tests, on the server under test. */
export class Fixture {
  private constructor(
    readonly api: Wires,
    readonly namespace: string,
  ) {}

  /** Creates a namespace; resolves once pods can be created in it. */
  static async open(target: KubernetesUnderTest): Promise<Fixture> {
    const api = new Wires(target);
    const { body } = await api.post('/api/v1/namespaces', { metadata: { generateName: 'contract-' } });
    const fixture = new Fixture(api, body.metadata.name as string);
    await eventually(async () =>
      expect((await api.get(fixture.at('serviceaccounts', 'default'))).status).toBe(200),
    );
    return fixture;
  }

  async close(): Promise<void> {
    await this.api.remove(`/api/v1/namespaces/${this.namespace}`);
    await this.api.close();
  }

  /** Path of a kind, or of one object, in the namespace. */
  at(plural: string, name?: string): string {
    return `${PATHS[plural] ?? '/api/v1'}/namespaces/${this.namespace}/${plural}${name === undefined ? '' : `/${name}`}`;
  }

  /** Creates and returns an object; fails on any status except 201. */
  async make(plural: string, object: object): Promise<Wire> {
    const { status, body } = await this.api.post(this.at(plural), object);
    if (status !== 201) throw new Error(`${plural}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async read(plural: string, name: string): Promise<Wire> {
    return (await this.api.get(this.at(plural, name))).body;
  }

  /** Resolves once the object is gone. */
  gone(plural: string, name: string): Promise<void> {
    return eventually(async () => expect((await this.api.get(this.at(plural, name))).status).toBe(404));
  }
}

export const configMap = (name: string, more: Wire = {}): Wire => ({
  metadata: { name, ...more.metadata },
  data: more.data ?? {},
});

/** A pod bound to a node without a kubelet, so that only the API server acts on it. */
export const pod = (name: string, more: Wire = {}): Wire => ({
  metadata: { name, ...more.metadata },
  spec: { containers: [{ name: 'main', image: 'model:1' }], ...more.spec },
});

export const ownedBy = (owner: Wire, kind: string, more: Wire = {}): Wire => ({
  ownerReferences: [{ apiVersion: 'v1', kind, name: owner.metadata.name, uid: owner.metadata.uid, ...more }],
});
