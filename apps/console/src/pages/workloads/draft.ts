/** What the form of a new workload asks for; numbers as they were typed. */
export interface Draft {
  readonly name: string;
  readonly projectId: string;
  readonly clusterId: string;
  readonly image: string;
  readonly args: string;
  readonly port: string;
  readonly share: 'none' | 'portion' | 'memory' | 'migProfile' | 'devices';
  readonly amount: string;
  readonly minReplicas: string;
  readonly maxReplicas: string;
}

export const EMPTY: Draft = {
  name: '',
  projectId: '',
  clusterId: '',
  image: '',
  args: '',
  port: '8000',
  share: 'portion',
  amount: '0.5',
  minReplicas: '1',
  maxReplicas: '1',
};

/** Starting points of a draft. */
export const TEMPLATES: readonly (readonly [name: string, draft: Partial<Draft>])[] = [
  ['Half a GPU, always on', { share: 'portion', amount: '0.5', minReplicas: '1', maxReplicas: '1' }],
  ['Half a GPU, to zero and back', { share: 'portion', amount: '0.5', minReplicas: '0', maxReplicas: '2' }],
  ['Memory of a shared GPU', { share: 'memory', amount: '8Gi' }],
  ['A MIG instance', { share: 'migProfile', amount: '1g.5gb' }],
  ['A whole GPU', { share: 'devices', amount: '1' }],
];

const numeric = (text: string): number | string =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

/** The GPU request of the draft, as the API takes it; what is no number stays text, which the API refuses by name. */
function computeOf({ share, amount }: Pick<Draft, 'share' | 'amount'>): object {
  switch (share) {
    case 'none':
      return {};
    case 'portion':
      return { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: numeric(amount) };
    case 'memory':
      return { gpuDevicesRequest: 1, gpuRequestType: 'memory', gpuMemoryRequest: amount };
    case 'migProfile':
      return { gpuDevicesRequest: 1, gpuRequestType: 'migProfile', migProfile: amount };
    case 'devices':
      return { gpuDevicesRequest: numeric(amount), gpuRequestType: 'portion', gpuPortionRequest: 1 };
  }
}

/** The body of a create request. */
export function requestOf(draft: Draft): object {
  const { name, projectId, clusterId, image, args, port, minReplicas, maxReplicas } = draft;
  return {
    name,
    projectId,
    clusterId,
    spec: {
      image,
      ...(args.trim() === '' ? {} : { args }),
      servingPort: { container: numeric(port), protocol: 'http' },
      compute: computeOf(draft),
      autoscaling: { minReplicas: numeric(minReplicas), maxReplicas: numeric(maxReplicas) },
    },
  };
}
