import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation';

const MOST = 500;

/** Addresses of workloads by project and name; those beyond the first are found in the list. */
export function useWorkloadAddresses(): (project: string, name: string) => string {
  const known = useOperation(
    'get_workloads',
    { query: { limit: MOST, sortBy: 'name' } },
    { everyMs: 30_000 },
  );
  return (project, name) => {
    const id = known.data?.workloads.find((one) => one.name === name && one.projectName === project)?.id;
    const search = new URLSearchParams({ search: name, project });
    return id === undefined ? `/workloads?${search.toString()}` : `/workloads/${id}`;
  };
}

/** A workload by its project and name. */
export function WorkloadLink({
  project,
  name,
  addressOf,
}: {
  readonly project: string;
  readonly name: string;
  readonly addressOf: ReturnType<typeof useWorkloadAddresses>;
}): ReactElement {
  return (
    <Link href={addressOf(project, name)}>
      <span className="soft">{project}/</span>
      {name}
    </Link>
  );
}
