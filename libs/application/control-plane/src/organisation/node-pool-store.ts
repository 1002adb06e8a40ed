import type { Changed } from '../outcome';
import type { Stamped } from './org-unit';

export interface NodePoolRecord extends Stamped {
  readonly id: number;
  readonly clusterId: string;
  readonly name: string;
  readonly labelKey: string;
  readonly labelValue: string;
  readonly isDefault: boolean;
  readonly placementStrategy: Readonly<Record<string, unknown>> | null;
  readonly overProvisioningRatio: number;
}

export type NewNodePool = Omit<NodePoolRecord, keyof Stamped | 'id' | 'isDefault'> & { readonly by: string };

export interface NodePoolStore {
  nodePools(clusterId: string | undefined, tenantId: number): Promise<readonly NodePoolRecord[]>;
  createNodePool(pool: NewNodePool): Promise<Changed<NodePoolRecord>>;
}
