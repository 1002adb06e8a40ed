import type {
  EndState,
  LoggedRecord,
  PodSeen,
  Recording,
  SentRequest,
  WorkloadRow,
} from '../record/recording';

export const sent = (given: Partial<SentRequest> & Pick<SentRequest, 'kind'>): SentRequest => ({
  ...{ name: 'one', image: 'model:1', atMs: 0, tookMs: 5, outcome: 'accepted' },
  ...given,
});

export const podSeen = (given: Partial<PodSeen> = {}): PodSeen => ({
  ...{ atMs: 100, version: 10, gone: false, uid: given.name ?? 'one-0', namespace: 'team', name: 'one-0' },
  ...{ kind: 'replica', workloadId: 'id-1', image: 'model:1', node: 'node', ended: false },
  ...{ shares: [{ slot: 0, milliGpu: 500 }], deleting: false, ready: true, uuids: [] },
  ...given,
});

export const workloadRow = (given: Partial<WorkloadRow> = {}): WorkloadRow => ({
  ...{ id: 'id-1', name: 'one', living: true, image: 'model:1', replicas: 1, generation: 1 },
  ...{ phase: 'Running', message: '', sequence: 2 },
  ...given,
});

/** One workload with one pod. */
export const endState = (given: Partial<EndState> = {}): EndState => ({
  workloads: [workloadRow()],
  accepted: [{ id: 'id-1', generation: 1, gone: false, sequence: 3 }],
  pods: [podSeen()],
  unpublished: { api: 0, scheduler: 0 },
  deadLetters: 0,
  ...given,
});

export const logged = (
  topic: LoggedRecord['topic'],
  source: string,
  sequence: number,
  given: Partial<LoggedRecord> = {},
): LoggedRecord => ({
  ...{ topic, source, sequence, subject: 'id-1', type: 'x' },
  ...{ id: `${source}-${sequence}`, content: `${sequence}` },
  ...given,
});

/** A storm in which the platform kept every promise. */
export const goodRecording = (given: Partial<Recording> = {}): Recording => ({
  requests: [sent({ kind: 'create' })],
  faults: [{ kind: 'kill', target: 'api', fromMs: 50, untilMs: 50 }],
  pods: [podSeen()],
  leases: [{ atMs: 0, version: 1, holder: 'scheduler' }],
  writes: [{ atMs: 99, client: 'scheduler', namespace: 'team', name: 'one-0' }],
  log: [
    ...[logged('commands', 'api', 1), logged('events', 'api', 2)],
    ...[logged('events', 'scheduler', 1), logged('events', 'scheduler', 2)],
    logged('workloads', 'scheduler', 3),
  ],
  end: endState(),
  quietMs: 4_000,
  ...given,
});
