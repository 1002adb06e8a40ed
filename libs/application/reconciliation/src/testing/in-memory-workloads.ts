import type { OutgoingRecord } from '@tessera/application-messaging';
import type { AcceptedWorkload } from '../model/workload';
import type { AcceptedWorkloads, DecideChange } from '../ports';

/** Accepted workloads in memory, for the specs of this package and of those that build on it. */
export class InMemoryWorkloads implements AcceptedWorkloads {
  readonly rows = new Map<string, AcceptedWorkload>();
  readonly published: OutgoingRecord[] = [];
  private readonly claimed = new Set<string>();
  private storing: Promise<void> = Promise.resolve();
  private statesAsked = 0;

  /** Holds back the storing of states until the spec releases it or makes it fail. */
  holdStates() {
    const asked = this.statesAsked;
    let go: () => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    this.storing = new Promise((resolve, reject) => ([go, fail] = [resolve, reject]));
    return { go, fail, asked: () => this.statesAsked - asked };
  }

  async change(workloadId: string, decide: DecideChange, eventId?: string): Promise<boolean> {
    if (eventId === undefined) {
      this.statesAsked += 1;
      await this.storing;
    }
    if (eventId !== undefined && this.claimed.has(eventId)) return false;
    const change = decide(this.rows.get(workloadId));
    if (eventId !== undefined) this.claimed.add(eventId);
    if (change !== undefined) {
      this.rows.set(workloadId, asStored(change.workload));
      this.published.push(...change.records);
    }
    return true;
  }

  changeRead(read: AcceptedWorkload, decide: DecideChange): Promise<boolean> {
    return this.change(read.ref.workloadId, decide);
  }

  async load(ids: readonly string[]): Promise<readonly AcceptedWorkload[]> {
    return [...new Set(ids)].flatMap((id) => {
      const row = this.rows.get(id);
      return row === undefined ? [] : [structuredClone(row)];
    });
  }

  async active(): Promise<readonly string[]> {
    return [...this.rows.values()].filter((row) => !row.deleted).map((row) => row.ref.workloadId);
  }

  /** Types of the published events in order, without prefix and version; the compacted topic is left out. */
  eventTypes(workloadId: string): readonly string[] {
    return this.published
      .filter((record) => record.key === workloadId && !record.topic.endsWith('workloads'))
      .map((record) => (record.headers['ce_type'] ?? '').replace(/^io\.tessera\.inference\.|\.v1$/g, ''));
  }
}

/** As a database returns it: a copy without `undefined`, with keys in another order. */
const asStored = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)))
      : part,
  ) as T;
