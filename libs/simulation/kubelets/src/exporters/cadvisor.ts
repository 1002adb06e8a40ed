import { SERIES } from '@tessera/contracts-metrics';
import { type Container, quantity } from '@tessera/simulation-kubernetes-api/wire';
import { podLabels, runningContainers, type ExportedNode, type ExportedPod } from './exported';
import type { Family, Sample } from './families';

const MIB = 1_048_576;
/** Assumed request of a container without one. */
const DEFAULT_CORES = 1;
const DEFAULT_BYTES = 256 * MIB;
/** Shares of its request that a container uses without traffic. */
const IDLE_CPU = 0.01;
const IDLE_MEMORY = 0.4;
/** Memory of each request in flight, bytes. */
const REQUEST_BYTES = MIB;

interface Usage {
  readonly cpuSeconds: number;
  readonly workingSet: number;
}

/**
 * Usage of one container: a little all the time, and all the cores it requested while its model serves a request. Only
 * the first container has a model.
 */
function usageOf(worker: ExportedPod, container: Container, first: boolean, uptimeMs: number): Usage {
  const { cpu, memory } = container.resources?.requests ?? {};
  const cores = quantity(cpu) ?? DEFAULT_CORES;
  const bytes = quantity(memory) ?? DEFAULT_BYTES;
  const { busyMs, inFlight } = first ? worker.traffic : { busyMs: 0, inFlight: 0 };
  return {
    cpuSeconds: (cores * (IDLE_CPU * uptimeMs + (1 - IDLE_CPU) * busyMs)) / 1000,
    workingSet: Math.round(Math.min(bytes, bytes * IDLE_MEMORY + inFlight * REQUEST_BYTES)),
  };
}

/** CPU and memory of the containers on healthy nodes, with cAdvisor's names and labels. */
export function cadvisorFamilies(nodes: Iterable<ExportedNode>, now: number): readonly Family[] {
  const cpu: Sample[] = [];
  const memory: Sample[] = [];
  for (const { alive, workers } of nodes) {
    if (!alive) continue;
    for (const worker of workers.values()) {
      const running = runningContainers(worker, now);
      worker.current.spec.containers.forEach((container, index) => {
        const uptimeMs = running.get(container.name);
        if (uptimeMs === undefined) return;
        const labels = {
          ...podLabels(worker.current),
          container: container.name,
          image: container.image ?? '',
        };
        const { cpuSeconds, workingSet } = usageOf(worker, container, index === 0, uptimeMs);
        cpu.push({ labels: { ...labels, cpu: 'total' }, value: cpuSeconds });
        memory.push({ labels, value: workingSet });
      });
    }
  }
  return [
    {
      name: SERIES.cpuSeconds,
      help: 'CPU time used since the container started.',
      type: 'counter',
      samples: cpu,
    },
    {
      name: SERIES.workingSet,
      help: 'Memory in use that cannot be reclaimed, bytes.',
      type: 'gauge',
      samples: memory,
    },
  ];
}
