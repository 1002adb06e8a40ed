import type { ReactElement } from 'react';

type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'calm';

/** Tone and shape, so that colour is not the only difference. */
const LOOKS: Readonly<Record<string, readonly [Tone, 'dot' | 'ring' | 'square']>> = {
  Running: ['good', 'dot'],
  Completed: ['calm', 'dot'],
  Pending: ['warn', 'ring'],
  Creating: ['busy', 'ring'],
  Initializing: ['busy', 'ring'],
  Updating: ['busy', 'ring'],
  Deleting: ['calm', 'ring'],
  Deleted: ['calm', 'square'],
  Stopped: ['calm', 'square'],
  Stopping: ['calm', 'ring'],
  Degraded: ['warn', 'square'],
  Failed: ['bad', 'square'],
  Ready: ['good', 'dot'],
  NotReady: ['bad', 'square'],
  Unschedulable: ['warn', 'square'],
};

/** Where the API has another word than people. */
const WORDS: Readonly<Record<string, string>> = { NotReady: 'Not ready', Unschedulable: 'Cordoned' };

/** The phase of a workload, pod or node. */
export function Phase({ phase }: { readonly phase: string }): ReactElement {
  const [tone, shape] = LOOKS[phase] ?? ['calm', 'ring'];
  return (
    <span className="phase" data-tone={tone} data-shape={shape}>
      {WORDS[phase] ?? phase}
    </span>
  );
}
