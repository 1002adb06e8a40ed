import { z } from 'zod';
import { anyText, DateTime, Id } from '../primitives';

export const ClusterCreationRequest = z
  .looseObject({
    name: z.string().min(1).max(253),
    domain: anyText(),
    version: anyText(),
  })
  .meta({ id: 'ClusterCreationRequest' });

const Dependency = z.object({
  available: z.boolean(),
  reason: z.string().optional(),
  components: z.record(z.string(), z.unknown()).optional(),
});
const ClusterCondition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: DateTime,
  observedGeneration: z.int().optional(),
});
const ClusterStatus = z.object({
  state: z
    .enum([
      'WaitingToConnect',
      'Connected',
      'Disconnected',
      'MissingPrerequisites',
      'ServiceIssues',
      'Unknown',
    ])
    .optional(),
  conditions: z.array(ClusterCondition).optional(),
  config: z.object({ workloadOwnershipProtection: z.boolean().nullable().optional() }).nullable().optional(),
  dependencies: z
    .object({ required: z.record(z.string(), Dependency), optional: z.record(z.string(), Dependency) })
    .optional(),
  operands: z
    .record(
      z.string(),
      z.object({
        ready: z.boolean(),
        lastTransitionTime: DateTime.optional(),
        reasons: z.array(z.string()).optional(),
        unreadyThresholdCrossed: z.boolean().optional(),
      }),
    )
    .optional(),
  platform: z
    .object({
      type: z.enum(['vanilla', 'openshift', 'rke', 'gke', 'aks', 'eks']).nullable().optional(),
      kubeVersion: z.string().nullable().optional(),
    })
    .nullable()
    .optional(),
});
export const Cluster = z
  .object({
    uuid: Id,
    tenantId: z.int32(),
    name: z.string(),
    createdAt: DateTime,
    updatedAt: DateTime.nullable().optional(),
    deletedAt: DateTime.nullable().optional(),
    domain: z.string().nullable().optional(),
    version: z.string().nullable().optional(),
    lastLiveness: DateTime.nullable().optional(),
    status: ClusterStatus.nullable().optional(),
  })
  .meta({ id: 'DisplayedCluster' });

/** Settings with which the scheduler of a new cluster joins; the secret cannot be read again. */
export const RegisteredCluster = Cluster.extend({
  scheduler: z
    .object({ clientId: z.string(), clientSecret: z.string(), commandsTopic: z.string() })
    .optional(),
});
