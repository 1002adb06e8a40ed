import { valueAt, withValue, type Body } from './body';

/** A start for a new workload: what it is for, and the parts of the spec that it sets. */
export interface Template {
  readonly name: string;
  readonly about: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

const VLLM = 'vllm/vllm-openai:v0.8.5';
const portion = (part: number) => ({
  gpuDevicesRequest: 1,
  gpuRequestType: 'portion',
  gpuPortionRequest: part,
});
const whole = (devices: number) => ({
  gpuDevicesRequest: devices,
  gpuRequestType: 'portion',
  gpuPortionRequest: 1,
});
const served = (port: number) => ({ container: port, protocol: 'http' });
const fixed = (replicas: number) => ({ minReplicas: replicas, maxReplicas: replicas });

export const TEMPLATES: readonly Template[] = [
  {
    name: 'Small chat model',
    about: 'Half a GPU, one replica',
    spec: {
      image: VLLM,
      args: '--model Qwen/Qwen2.5-0.5B-Instruct --gpu-memory-utilization 0.45',
      servingPort: served(8000),
      compute: portion(0.5),
      autoscaling: fixed(1),
    },
  },
  {
    name: 'Whole GPU',
    about: 'A model of 8 billion parameters',
    spec: {
      image: VLLM,
      args: '--model meta-llama/Llama-3.1-8B-Instruct',
      servingPort: served(8000),
      compute: whole(1),
      autoscaling: fixed(1),
    },
  },
  {
    name: 'Four GPUs',
    about: 'A model that is split over devices',
    spec: {
      image: VLLM,
      args: '--model meta-llama/Llama-3.3-70B-Instruct --tensor-parallel-size 4',
      servingPort: served(8000),
      compute: { ...whole(4), largeShmRequest: true },
      autoscaling: fixed(1),
    },
  },
  {
    name: 'MIG instance',
    about: 'A slice of a GPU that nobody else can touch',
    spec: {
      image: VLLM,
      args: '--model Qwen/Qwen2.5-0.5B-Instruct',
      servingPort: served(8000),
      compute: { gpuDevicesRequest: 1, gpuRequestType: 'migProfile', migProfile: '1g.5gb' },
      autoscaling: fixed(1),
    },
  },
  {
    name: 'GPU memory',
    about: '8 GiB of a shared GPU',
    spec: {
      image: VLLM,
      args: '--model Qwen/Qwen2.5-0.5B-Instruct',
      servingPort: served(8000),
      compute: { gpuDevicesRequest: 1, gpuRequestType: 'memory', gpuMemoryRequest: '8Gi' },
      autoscaling: fixed(1),
    },
  },
  {
    name: 'Scale to zero',
    about: 'No replica while nobody asks, up to four under load',
    spec: {
      image: VLLM,
      args: '--model Qwen/Qwen2.5-0.5B-Instruct --gpu-memory-utilization 0.45',
      servingPort: served(8000),
      compute: portion(0.5),
      autoscaling: {
        minReplicas: 0,
        maxReplicas: 4,
        metric: 'concurrency',
        metricThreshold: 8,
        scaleToZeroRetentionSeconds: 300,
      },
    },
  },
  {
    name: 'CPU only',
    about: 'Embeddings or a router without a GPU',
    spec: {
      image: 'ghcr.io/huggingface/text-embeddings-inference:cpu-1.7',
      args: '--model-id BAAI/bge-small-en-v1.5 --port 8080',
      servingPort: served(8080),
      compute: { cpuCoreRequest: 2, cpuMemoryRequest: '4Gi' },
      autoscaling: fixed(1),
    },
  },
];

/** Parts that say which model runs: a template leaves them alone where somebody typed their own. */
const MODEL = ['image', 'args', 'servingPort'] as const;

/** What a new workload begins with. */
export const BEGIN: Body = {
  name: '',
  spec: { servingPort: served(8000), compute: portion(0.5), autoscaling: fixed(1) },
};

/** The body with what the template sets; a name, a project and an image of one's own stay. */
export function withTemplate(body: Body, { spec }: Template): Body {
  const image = valueAt(body, 'spec.image');
  const isOwn = image !== undefined && !TEMPLATES.some((template) => template.spec['image'] === image);
  const given = Object.entries(spec).filter(
    ([part]) => !isOwn || !(MODEL as readonly string[]).includes(part),
  );
  return given.reduce((made, [part, value]) => withValue(made, `spec.${part}`, value), body);
}
