import type { Pod } from '@tessera/simulation-kubernetes-api/wire';
import { mainContainerOf } from './main-container';

const podWith = (...names: readonly string[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: names.map((name) => ({ name })) },
});

it.each([
  [['main'], 'main'],
  [['mesh', 'main'], 'main'],
  [['reserve', 'mesh'], 'reserve'],
  [[], undefined],
])('of the containers %j, %s runs the model', (names, expected) =>
  expect(mainContainerOf(podWith(...names))?.name).toBe(expected),
);
