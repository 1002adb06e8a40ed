import { parse } from 'yaml';
import {
  NotLeadingError,
  type CordonNodes,
  type MigNodeEvent,
  type MigNode,
  type MigNodes,
} from '@tessera/application-reconciliation';
import { ANNOTATIONS, PublishedMigConfigs } from '@tessera/contracts-kubernetes';
import type { NodePatch } from '@tessera/domain-mig';
import type { InformedClusterView } from '../view/cluster-view';
import type { KubernetesConnection } from '../api/connection';
import { isAlreadyExists, isConflict, isNotFound } from '../api/errors';
import { nodeEvent } from '../objects/node-event';
import { nodePatch } from './mig-node';
import type { NodeWire } from '../api/wire';

export interface MigNodesOptions {
  readonly connection: KubernetesConnection;
  readonly view: Pick<InformedClusterView, 'migNodes' | 'migNode' | 'observeNode'>;
  /** Namespace of the GPU operator, where mig-manager lists the configurations of each node. */
  readonly operatorNamespace: string;
  /** False once another process may hold the lease; nothing is written then. */
  readonly mayWrite: () => boolean;
}

/** Changes MIG geometry through annotations and labels of nodes, and cordons nodes. */
export class KubernetesMigNodes implements MigNodes, CordonNodes {
  constructor(private readonly options: MigNodesOptions) {}

  asked(): readonly MigNode[] {
    return this.options.view.migNodes();
  }

  node(name: string): MigNode | undefined {
    return this.options.view.migNode(name);
  }

  async configsOf(name: string): Promise<readonly string[] | undefined> {
    const { connection, operatorNamespace } = this.options;
    const path = `/api/v1/namespaces/${operatorNamespace}/configmaps/${name}-mig-config`;
    try {
      const { data } = await connection.request<{ readonly data?: Record<string, string> }>('GET', path);
      return namesIn(data?.['config.yaml']);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  write(node: MigNode, patch: NodePatch): Promise<boolean> {
    return this.patch(node, nodePatch(node.version, patch));
  }

  async report(node: MigNode, event: MigNodeEvent, at: number): Promise<void> {
    this.demandLead();
    const body = nodeEvent(node, event, at);
    const path = `/api/v1/namespaces/${body.metadata.namespace}/events`;
    await this.options.connection.request('POST', path, { body }).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }

  ask(node: MigNode, config: string | undefined, isRestart: boolean): Promise<boolean> {
    const annotations = {
      [ANNOTATIONS.migConfig]: config ?? null,
      ...(isRestart ? { [ANNOTATIONS.migChange]: null } : {}),
    };
    return this.patch(node, { metadata: { resourceVersion: node.version, annotations } });
  }

  cordon(node: MigNode, cordoned: boolean): Promise<boolean> {
    const body = {
      metadata: { resourceVersion: node.version },
      spec: { unschedulable: cordoned ? true : null },
    };
    return this.patch(node, body);
  }

  private demandLead(): void {
    if (!this.options.mayWrite())
      throw new NotLeadingError('the lease was not renewed in time, so nothing is written');
  }

  private async patch({ name }: MigNode, body: object): Promise<boolean> {
    const { connection, view } = this.options;
    this.demandLead();
    try {
      const written = await connection.request<NodeWire>('PATCH', `/api/v1/nodes/${name}`, {
        body,
        contentType: 'application/merge-patch+json',
      });
      view.observeNode(written);
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }
}

/** Names of the configurations in the file; empty if it is unreadable. */
function namesIn(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  try {
    const published = PublishedMigConfigs.safeParse(parse(text));
    return published.success ? Object.keys(published.data['mig-configs']).sort() : undefined;
  } catch {
    return undefined;
  }
}
