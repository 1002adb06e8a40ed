import type { NodeToRepartition, Repartition } from './repartition';

/** What mig-manager does, as far as its labels show it; `paused` operator components wait for it. */
export const progress = (
  state: string | undefined,
  paused: number,
  { config, attempts }: Repartition,
): string =>
  state === 'success'
    ? `mig-manager has applied ${config}; the device plugin does not show it yet`
    : `mig-manager is ${state === undefined ? 'to apply' : `${state} with`} ${config}${paused === 0 ? '' : `, ${paused} operator components are paused`}${attempts === 0 ? '' : `, attempt ${attempts + 1}`}`;

/** Which of our pods the change waits for. */
export const leaving = ({ ours }: NodeToRepartition): string =>
  ours.length === 0
    ? 'The node is free.'
    : `Waiting for ${ours.length} ${ours.length === 1 ? 'pod' : 'pods'} to leave: ${listed(
        ours.map(({ name, stays }) => (stays === undefined ? name : `${name} (${stays})`)),
      )}`;

/** Most names in a message. */
const MOST_REPORTED = 5;

/** The names, at most five of them and the number of the others. */
export const listed = (names: readonly string[]): string =>
  names.slice(0, MOST_REPORTED).join(', ') +
  (names.length > MOST_REPORTED ? ` and ${names.length - MOST_REPORTED} more` : '');

/** A duration in ms as text in whole seconds. */
export const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
