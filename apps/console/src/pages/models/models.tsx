import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { useModels } from '../../gateway/use-models';
import { NewAlias } from './alias-form';
import { Aliases } from './aliases';
import { CallableModels } from './callable-models';
import './models.css';
import { useWorkloadAddresses } from './workload-link';

const MOST = 500;

/** What the reader may call through the gateway, and the names that stand for workloads. */
export default function Models(): ReactElement {
  const models = useModels();
  const addressOf = useWorkloadAddresses();
  const projects = useOperation('get_projects', { query: { limit: MOST, sortBy: 'name' } });
  return (
    <>
      <h1>Models</h1>
      <CallableModels query={models} addressOf={addressOf} />
      <section aria-labelledby="aliases" className="part">
        <div className="title">
          <h2 id="aliases">Aliases</h2>
          <NewAlias />
        </div>
        <Aliases
          models={models.data}
          projects={new Map(projects.data?.projects.map(({ id, name }) => [id, name]))}
          addressOf={addressOf}
        />
      </section>
    </>
  );
}
