import { untraced } from '@tessera/application-messaging';
import { maybe } from '@tessera/kernel';
import { Problems } from '../model/problems';
import { AdmittedRequests } from '../placement/admitted-requests';
import { QuotaCache } from '../placement/quota/quota-cache';
import { RejectingNodes } from '../placement/rejecting-nodes';
import { RejectionWatch } from '../rollout/rejections';
import { StartWatch } from '../rollout/slow-start';
import type { ReconcilerDependencies } from './dependencies';
import { WorkloadRefs } from './workload-refs';
import { WorkloadSpans } from './workload-spans';

/** What steps and controllers share from one cycle to the next, in memory only: a restart finds it again. */
export class CycleState {
  readonly problems = new Problems();
  readonly starts = new StartWatch();
  readonly rejections = new RejectionWatch();
  readonly rejectingNodes = new RejectingNodes();
  readonly admitted = new AdmittedRequests();
  readonly refs: WorkloadRefs;
  readonly spans: WorkloadSpans;
  readonly quota: QuotaCache;

  constructor({
    tracing = untraced,
    clock,
    policyOf,
    refs = new WorkloadRefs(),
    orgUnits,
  }: Pick<ReconcilerDependencies, 'tracing' | 'clock' | 'policyOf' | 'refs' | 'orgUnits'>) {
    this.refs = refs;
    this.spans = new WorkloadSpans({ tracing, now: () => clock.now(), ...maybe('policyOf', policyOf) });
    this.quota = new QuotaCache(orgUnits);
  }

  /** Drops what is cached about a workload that has gone. */
  forget(workloadId: string): void {
    this.problems.clear(workloadId);
    this.refs.forget(workloadId);
    this.spans.forget(workloadId);
    this.starts.forget(workloadId);
    this.rejections.forget(workloadId);
    this.admitted.forget(workloadId);
  }
}
