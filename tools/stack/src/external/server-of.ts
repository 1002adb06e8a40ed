import { parse } from 'yaml';

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
}

/**
 * Address of the API server that the current context of a kubeconfig names, in YAML or JSON; empty where it names none.
 * Read without the client library, which takes as long to load as all the rest of a local start.
 */
export function serverOf(kubeconfig: string): string {
  const { 'current-context': current, contexts = [], clusters = [] } = parse(kubeconfig) as Kubeconfig;
  const context = contexts.find(({ name }) => name === current)?.context;
  return clusters.find(({ name }) => name === context?.cluster)?.cluster.server ?? '';
}
