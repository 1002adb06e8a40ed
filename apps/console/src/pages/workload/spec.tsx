import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { CopyButton } from '../../components/values/copy';
import { Panel } from '../../components/layout/panel';
import { Loaded } from '../../components/layout/states';
import { Objects } from './objects';

/** The spec as it was sent, with what a policy added, and the objects that stand for it on the cluster. */
export function Spec({ id }: { readonly id: string }): ReactElement {
  const query = useOperation('get_inference', { params: { workloadId: id } });
  const text = JSON.stringify(query.data?.spec, null, 2);
  return (
    <div className="columns">
      <Panel title="Spec" aside={<CopyButton text={text ?? ''} what="the spec" />}>
        <Loaded query={query}>
          {() => (
            <pre tabIndex={0} aria-label="Spec">
              {text}
            </pre>
          )}
        </Loaded>
      </Panel>
      <Objects id={id} />
    </div>
  );
}
