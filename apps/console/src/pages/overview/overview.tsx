import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useNodes, useNodesOf } from '../../api/use-nodes';
import { PageTitle } from '../../components/layout/page-title';
import { Empty, Problem, Stale, Waiting } from '../../components/layout/states';
import { CostByProject } from './cost';
import { Figures } from './figures';
import { IdleWorkloads } from './idle';
import { LastHour } from './last-hour';
import './overview.css';
import { Pending } from './pending';
import { UseOverTime } from './use-over-time';

/** What the platform has, what of it is used, what waits, and what changed. */
export default function Overview(): ReactElement {
  const { clusters, error, retry } = useNodes();
  const nodes = useNodesOf(clusters);
  return (
    <>
      <PageTitle name="Overview">
        <Link className="button" data-kind="main" href="/workloads?new">
          New workload
        </Link>
      </PageTitle>
      {clusters?.length === 0 ? (
        <Empty title="No cluster">
          The reader may see none, or none is registered yet: <a href="/docs">the API</a> registers clusters.
        </Empty>
      ) : null}
      {clusters?.map(({ cluster, reading }) =>
        reading.error === null ? null : reading.data === undefined ? (
          <Problem
            key={cluster.uuid}
            error={new Error(`Cluster ${cluster.name}: ${text(reading.error)}`)}
            retry={reading.retry}
          />
        ) : (
          <Stale key={cluster.uuid} error={reading.error} at={reading.at} retry={reading.retry} />
        ),
      )}
      {clusters === undefined ? (
        error === null ? (
          <Waiting lines={3} />
        ) : (
          <Problem error={error} retry={retry} />
        )
      ) : (
        <Figures nodes={nodes} />
      )}
      <div className="overview">
        <Pending />
        <LastHour nodes={nodes} />
        {clusters?.map(({ cluster }) => (
          <UseOverTime key={cluster.uuid} cluster={cluster} />
        ))}
        <CostByProject />
        <IdleWorkloads />
      </div>
    </>
  );
}

const text = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));
