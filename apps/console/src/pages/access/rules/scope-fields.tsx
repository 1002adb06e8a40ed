import { useState, type ReactElement } from 'react';
import { useOperation } from '../../../api/use-operation';
import { Field } from '../../../components/forms/field';
import { useDepartments, useProjects, type Found } from '../pick/found';
import { PickOne } from '../pick/pick-one';
import { SCOPES, type ScopeType } from './rule-request';

/** Where the role counts: a project, department, cluster or the tenant that the reader may see. */
export function ScopeFields(): ReactElement {
  const clusters = useOperation('get_clusters');
  const [type, setType] = useState<ScopeType>('project');
  const tenant = clusters.data?.[0]?.tenantId;
  // The tenant is known by what belongs to it; those who see no cluster have no right to it either.
  const offered = SCOPES.filter(
    ([scope]) => scope === 'project' || scope === 'department' || (clusters.data?.length ?? 0) > 0,
  );
  return (
    <div className="fields">
      <Field label="Scope">
        {(id) => (
          <select
            id={id}
            name="scopeType"
            value={type}
            onChange={({ target }) => setType(target.value as ScopeType)}
          >
            {offered.map(([scope, label]) => (
              <option key={scope} value={scope}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {type === 'project' ? (
        <PickOne key="project" label="Project" name="scopeId" useFound={useProjects} />
      ) : type === 'department' ? (
        <PickOne key="department" label="Department" name="scopeId" useFound={useDepartments} />
      ) : type === 'cluster' ? (
        <PickOne key="cluster" label="Cluster" name="scopeId" useFound={useClusters} />
      ) : (
        <input type="hidden" name="scopeId" value={tenant} />
      )}
    </div>
  );
}

function useClusters(): Found {
  const { data, error } = useOperation('get_clusters');
  return { options: data?.map(({ uuid, name }) => ({ id: uuid, name })), more: false, error };
}
