import { podLabels, runningContainers, type ExportedNode } from './exported';
import type { Family, Sample } from './families';

/** What a model server says of its requests, with vLLM's name and the labels that a Prometheus adds for its pod. */
export function modelFamilies(nodes: Iterable<ExportedNode>, now: number): readonly Family[] {
  const running: Sample[] = [];
  for (const { alive, workers } of nodes) {
    if (!alive) continue;
    for (const worker of workers.values())
      if (runningContainers(worker, now).size > 0)
        running.push({ labels: podLabels(worker.current), value: worker.traffic.inFlight });
  }
  return [
    {
      name: 'vllm:num_requests_running',
      help: 'Requests that the model server works on.',
      type: 'gauge',
      samples: running,
    },
  ];
}
