import { MAIN_CONTAINER } from '@tessera/contracts-kubernetes';
import type { Container, Pod } from '@tessera/simulation-kubernetes-api/wire';

/** The container that runs the model: that of a replica by its name, of any other pod the first. */
export const mainContainerOf = ({ spec }: Pod): Container | undefined =>
  spec.containers.find(({ name }) => name === MAIN_CONTAINER) ?? spec.containers[0];
