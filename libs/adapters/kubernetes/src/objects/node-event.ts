import type { CoreV1Event } from '@kubernetes/client-node';
import type { MigNodeEvent, MigNode } from '@tessera/application-reconciliation';
import { LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import { objectName } from './metadata';

const COMPONENT = 'tessera-scheduler';
/** Namespace of events about cluster-scoped objects; the API server accepts no other. */
const NAMESPACE = 'default';

/** The event of a step; `kubectl describe node` shows it. */
export function nodeEvent(
  { name, uid }: Pick<MigNode, 'name' | 'uid'>,
  event: MigNodeEvent,
  at: number,
): CoreV1Event {
  const { type, reason, message, key } = event;
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: objectName(name, `mig-${key}`),
      namespace: NAMESPACE,
      labels: { [LABELS.managedBy]: MANAGED_BY },
    },
    involvedObject: { apiVersion: 'v1', kind: 'Node', name, uid },
    type,
    reason,
    message: message.slice(0, MOST_CHARACTERS),
    source: { component: COMPONENT },
    reportingComponent: COMPONENT,
    firstTimestamp: time as unknown as Date,
    lastTimestamp: time as unknown as Date,
    count: 1,
  };
}

/** Longer messages are rejected (core/v1 Event: `NoteLengthLimit`). */
const MOST_CHARACTERS = 1024;
