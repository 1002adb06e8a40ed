/** `spec.compute` of replicas that take this portion of each of so many GPUs; 1 is a whole one. */
export const gpuPortion = (portion: number, devices = 1) =>
  ({ gpuDevicesRequest: devices, gpuRequestType: 'portion', gpuPortionRequest: portion }) as const;

/** `spec.compute` of replicas that take one MIG instance of this profile. */
export const migInstance = (migProfile: string) =>
  ({ gpuDevicesRequest: 1, gpuRequestType: 'migProfile', migProfile }) as const;
