import type { WaitingWorkloads } from '../waiting/waiting-workloads';
import { Committer } from './commit';
import type { Controllers, Enqueueing } from './controllers';
import { Decider } from './decide';
import type { ReconcilerDependencies } from './dependencies';
import { Gatherer } from './gather';
import type { WorkQueue } from './queue/work-queue';
import { StateReporter } from './report';
import type { CycleState } from './cycle-state';

/** The steps of a cycle: gather, decide, assume and commit, report. */
export interface Steps {
  readonly gatherer: Gatherer;
  readonly decider: Decider;
  readonly committer: Committer;
  readonly reporter: StateReporter;
}

export function stepsOf(
  on: ReconcilerDependencies,
  state: CycleState,
  controllers: Controllers,
  loop: Enqueueing & { readonly queue: WorkQueue; readonly waiting: WaitingWorkloads },
): Steps {
  const dependencies = {
    ...on,
    ...{
      refs: state.refs,
      spans: state.spans,
      quota: state.quota,
      problems: state.problems,
      rejectingNodes: state.rejectingNodes,
      admitted: state.admitted,
      rejections: state.rejections,
    },
    ...controllers,
    ...loop,
  };
  return {
    gatherer: new Gatherer(dependencies),
    decider: new Decider({ ...dependencies, starts: state.starts }),
    committer: new Committer(dependencies),
    reporter: new StateReporter(dependencies),
  };
}
