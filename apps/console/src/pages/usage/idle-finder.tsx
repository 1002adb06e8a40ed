import { useState, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../../components/layout/panel';
import { Loaded } from '../../components/layout/states';
import { IdleList } from '../overview/idle';

const HOURS = [
  [1, 'an hour'],
  [24, 'a day'],
  [72, 'three days'],
  [168, 'a week'],
  [720, '30 days'],
] as const;

/** Workloads that hold GPUs and have had no work for as long as the reader says. */
export function IdleFinder(): ReactElement {
  const [hours, setHours] = useState<number>(24);
  const query = useOperation(
    'get_idle_workloads',
    { query: { minHours: hours, limit: 100 } },
    { everyMs: 60_000 },
  );
  return (
    <Panel
      title="Idle now"
      aside={
        <label className="small">
          no work for at least{' '}
          <select value={hours} onChange={({ target }) => setHours(Number(target.value))}>
            {HOURS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Loaded query={query}>{(idle) => <IdleList idle={idle} />}</Loaded>
    </Panel>
  );
}
