import type { EngineSettings } from '../engine/engine';
import type { Pod } from '@tessera/simulation-kubernetes-api/wire';

/** Behaviour of a simulated model server, read from the environment of the pod's containers. */
export interface Knobs {
  /** SIM_LATENCY_MS: response time. */
  readonly latencyMs: number;
  /** SIM_START_MS: start time of a container, in addition to the usual. */
  readonly startMs: number;
  /** SIM_READY_AFTER_MS: probes fail for this long after the start. */
  readonly readyAfterMs: number;
  /** SIM_READINESS=fail: probes fail for ever. */
  readonly neverReady: boolean;
  /** SIM_CRASH_AFTER_MS: the container exits this long after its start. */
  readonly crashAfterMs: number | undefined;
  /** SIM_EXIT_CODE: exit code of that exit. */
  readonly exitCode: number;
  /** How long a deleted pod goes on serving, ms: the sleep of its preStop hooks, then SIM_STOP_MS, its time to stop. */
  readonly stopMs: number;
  /** SIM_STATUS: HTTP status of the responses. */
  readonly status: number;
  /** SIM_OPENAI=false: the server knows nothing of the API of OpenAI and Anthropic. */
  readonly speaksOpenai: boolean;
  /**
   * SIM_REJECT: reason with which kubelet rejects the pod; on every node, or on those of SIM_REJECT_NODES, separated by
   * commas.
   */
  readonly rejectedOn: (node: string) => string | undefined;
  /**
   * SIM_PREFILL_TOKENS_PER_S and SIM_DECODE_TOKENS_PER_S: speed of the engine (four characters count as a token); without
   * them tokens cost no time. SIM_KV_BLOCKS: blocks of 16 tokens in its prefix cache, 8,192 where it is absent.
   */
  readonly engine: EngineSettings;
  /** SIM_GPU_UTIL: GPU utilisation in percent; without it, it follows the traffic. */
  readonly gpuUtilisation: number | undefined;
}

const DEFAULT_LATENCY_MS = 5;
const DEFAULT_KV_BLOCKS = 8_192;
const DEFAULT_STOP_MS = 50;

/** Containers stop side by side. */
const preStopMs = (pod: Pod): number =>
  Math.max(...pod.spec.containers.map(({ lifecycle }) => (lifecycle?.preStop?.sleep?.seconds ?? 0) * 1_000));

/** Reads the SIM_* variables of a pod; a malformed number counts as absent. */
export function knobsOf(pod: Pod): Knobs {
  const values = new Map(
    pod.spec.containers.flatMap(({ env }) => (env ?? []).map(({ name, value }) => [name, value] as const)),
  );
  const number = (name: string): number | undefined => {
    const text = values.get(name);
    const value = Number(text);
    return text === undefined || text === '' || !Number.isFinite(value) || value < 0 ? undefined : value;
  };
  const nodes = values.get('SIM_REJECT_NODES')?.split(',');
  return {
    rejectedOn: (node) => (nodes?.includes(node) === false ? undefined : values.get('SIM_REJECT')),
    latencyMs: number('SIM_LATENCY_MS') ?? DEFAULT_LATENCY_MS,
    startMs: number('SIM_START_MS') ?? 0,
    readyAfterMs: number('SIM_READY_AFTER_MS') ?? 0,
    neverReady: values.get('SIM_READINESS') === 'fail',
    crashAfterMs: number('SIM_CRASH_AFTER_MS'),
    exitCode: number('SIM_EXIT_CODE') ?? 1,
    stopMs: preStopMs(pod) + (number('SIM_STOP_MS') ?? DEFAULT_STOP_MS),
    status: number('SIM_STATUS') ?? 200,
    speaksOpenai: values.get('SIM_OPENAI') !== 'false',
    engine: {
      prefillTokensPerSecond: number('SIM_PREFILL_TOKENS_PER_S') || Infinity,
      decodeTokensPerSecond: number('SIM_DECODE_TOKENS_PER_S') || Infinity,
      cacheBlocks: Math.floor(number('SIM_KV_BLOCKS') ?? DEFAULT_KV_BLOCKS),
    },
    gpuUtilisation: number('SIM_GPU_UTIL'),
  };
}
