export { fieldsOf, type Fields } from './json';
export type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  KubeNode,
  KubeObject,
  Pod,
  PodSpec,
  PodStatus,
  Probe,
  Taint,
} from './objects';
export { isTerminal, podRequests } from './pod-resources';
export { milliOf, quantity } from './quantity';
