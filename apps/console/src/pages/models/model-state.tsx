import type { ReactElement } from 'react';
import type { Model } from '../../gateway/model-list';

const STATES: Readonly<Record<Model['state'], readonly [tone: string, shape: string, hint: string]>> = {
  ready: ['good', 'dot', 'A replica answers.'],
  starting: ['busy', 'ring', 'A replica is on its way.'],
  asleep: ['calm', 'ring', 'A request wakes it.'],
  failed: ['bad', 'square', 'Its replicas do not start.'],
};

/** What a caller can expect of a model. */
export function ModelState({ state }: Pick<Model, 'state'>): ReactElement {
  const [tone, shape, hint] = STATES[state];
  return (
    <span className="phase" data-tone={tone} data-shape={shape} title={hint}>
      {state}
    </span>
  );
}
