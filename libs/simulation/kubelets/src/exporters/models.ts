import type { Traffic } from '../pod/model-server';
import { podLabels, runningContainers, type ExportedNode } from './exported';
import type { Family, Sample } from './families';

type Figure = Omit<Family, 'samples'> & { readonly of: (traffic: Traffic) => number };

/** Names of vLLM. */
const FIGURES: readonly Figure[] = [
  {
    name: 'vllm:num_requests_running',
    help: 'Requests that the model server works on.',
    type: 'gauge',
    of: ({ inFlight }) => inFlight,
  },
  {
    name: 'vllm:kv_cache_usage_perc',
    help: 'Share of the KV cache that running requests use, 1 for all of it.',
    type: 'gauge',
    of: ({ engine }) => engine.cacheUsage,
  },
  {
    name: 'vllm:prefix_cache_queries_total',
    help: 'Prompt tokens looked up in the prefix cache.',
    type: 'counter',
    of: ({ engine }) => engine.cacheQueries,
  },
  {
    name: 'vllm:prefix_cache_hits_total',
    help: 'Prompt tokens that the prefix cache had.',
    type: 'counter',
    of: ({ engine }) => engine.cacheHits,
  },
];

/** What a model server says of its requests, with vLLM's names and the labels that a Prometheus adds for its pod. */
export function modelFamilies(nodes: Iterable<ExportedNode>, now: number): readonly Family[] {
  const pods = [...nodes]
    .filter(({ alive }) => alive)
    .flatMap(({ workers }) => [...workers.values()])
    .filter((worker) => runningContainers(worker, now).size > 0);
  return FIGURES.map(({ of, ...family }) => ({
    ...family,
    samples: pods.map(({ current, traffic }): Sample => ({ labels: podLabels(current), value: of(traffic) })),
  }));
}
