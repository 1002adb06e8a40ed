import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../../parts/panel';
import { Loaded } from '../../parts/states';

/** The spec as it was sent, with what a policy added. */
export function Spec({ id }: { readonly id: string }): ReactElement {
  const query = useOperation('get_inference', { params: { workloadId: id } });
  return (
    <Panel title="Spec">
      <Loaded query={query}>
        {({ spec }) => (
          <pre tabIndex={0} aria-label="Spec">
            {JSON.stringify(spec, null, 2)}
          </pre>
        )}
      </Loaded>
    </Panel>
  );
}
