import { useState, type ReactElement } from 'react';
import { useOperation } from '../../../api/use-operation';
import { Range, useRange } from '../../../components/plots/range';
import { Loaded } from '../../../components/layout/states';
import '../workload.css';
import { ColdStarts } from './cold-starts';
import { Decisions } from './decisions';
import type { ColdStart, Decision } from './inputs';
import { Replicas } from './replicas';

/** Most entries of the timeline that a page of the API has. */
const ENTRIES = 500;

/** Replicas over time with every decision, the decisions with their inputs, and cold starts by stage. */
export function Scaling({ id }: { readonly id: string }): ReactElement {
  const [minutes, setMinutes] = useState(60);
  const range = useRange(minutes);
  const query = useOperation('get_workload_scaling', {
    params: { workloadId: id },
    query: { limit: ENTRIES, from: new Date(range.from).toISOString() },
  });
  return (
    <>
      <div className="bar">
        <Range label="Range of scaling" minutes={minutes} choose={setMinutes} />
      </div>
      <Loaded query={query} lines={8}>
        {({ entries }) => {
          const decisions = entries.filter((entry): entry is Decision => entry.type === 'ScaleDecided');
          const starts = entries.filter((entry): entry is ColdStart => entry.type === 'ColdStart');
          return (
            <>
              <Replicas id={id} range={range} decisions={decisions} />
              <div className="columns">
                <Decisions decisions={decisions} />
                <ColdStarts starts={starts} />
              </div>
            </>
          );
        }}
      </Loaded>
    </>
  );
}
