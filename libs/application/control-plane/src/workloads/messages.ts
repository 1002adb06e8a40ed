import {
  commandsTopic,
  encodeEvent,
  eventsTopic,
  formatSequence,
  type ApplyCommand,
  type EventAttributes,
  type WorkloadRef,
} from '@tessera/contracts-events';
import type { OutgoingRecord } from '@tessera/application-messaging';
import { maybe } from '@tessera/kernel';
import type { WorkloadRecord } from './model';
import type { PreparedWorkload } from './prepare-workload';

/** CloudEvents source of the API's events. */
export const SOURCE = '/tessera/api';

/** Reference to the workload in every command and event. */
export const refOf = ({ id, name, project }: WorkloadRecord): WorkloadRef => ({
  workloadId: id,
  name,
  clusterId: project.clusterId,
  projectId: project.id,
  projectName: project.name,
  departmentId: project.departmentId,
  departmentName: project.departmentName,
  namespace: project.namespace,
});

/** What a command carries beside its workload. */
export type CommandContent = Partial<Pick<PreparedWorkload, 'references' | 'orgUnitVersions'>>;

/** The full desired state of a workload, as sent to its cluster. */
export const applyCommandOf = (
  workload: WorkloadRecord,
  { references, orgUnitVersions }: CommandContent = {},
): ApplyCommand => ({
  ...refOf(workload),
  generation: workload.generation,
  createdBy: workload.createdBy,
  createdAt: workload.createdAt,
  defaultNodePools: [...workload.project.defaultNodePools],
  spec: workload.effectiveSpec,
  ...maybe('references', references),
  ...maybe('orgUnitVersions', orgUnitVersions),
});

export interface MessageContext {
  readonly topicPrefix: string;
  readonly newId: () => string;
  readonly now: string;
  /** Trace of the call that caused the messages. */
  readonly traceparent?: string | undefined;
}

/** The command with the full desired state, and the event with its cause. Numbered from `sequence` on. */
export function applyMessages(
  workload: WorkloadRecord,
  change: { readonly name: 'created' } | { readonly name: 'updated'; readonly by: string },
  context: MessageContext,
  content: CommandContent = {},
): readonly OutgoingRecord[] {
  const ref = refOf(workload);
  const command = applyCommandOf(workload, content);
  const base = { ...ref, generation: workload.generation };
  const reported =
    change.name === 'created'
      ? encodeEvent({
          name: 'created',
          attributes: attributes(workload, 2, context),
          data: { ...base, createdBy: workload.createdBy },
        })
      : encodeEvent({
          name: 'updated',
          attributes: attributes(workload, 2, context),
          data: { ...base, updatedBy: change.by },
        });
  return [
    {
      topic: commandsTopic(context.topicPrefix, ref.clusterId).name,
      ...encodeEvent({ name: 'apply', attributes: attributes(workload, 1, context), data: command }),
    },
    { topic: eventsTopic(context.topicPrefix).name, ...reported },
  ];
}

/** The command that deletes a workload. */
export function removeMessages(workload: WorkloadRecord, context: MessageContext): readonly OutgoingRecord[] {
  const ref = refOf(workload);
  return [
    {
      topic: commandsTopic(context.topicPrefix, ref.clusterId).name,
      ...encodeEvent({
        name: 'remove',
        attributes: attributes(workload, 1, context),
        data: { ...ref, generation: workload.generation },
      }),
    },
  ];
}

function attributes(workload: WorkloadRecord, step: number, context: MessageContext): EventAttributes {
  return {
    id: context.newId(),
    source: SOURCE,
    subject: workload.id,
    time: context.now,
    sequence: formatSequence(workload.sequence + step),
    clusterid: workload.project.clusterId,
    projectid: workload.project.id,
    workloadname: workload.name,
    ...maybe('traceparent', context.traceparent),
  };
}
