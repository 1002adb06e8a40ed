/** The present in whole seconds, as Kubernetes writes times. */
export const timestamp = (): string => `${new Date().toISOString().slice(0, 19)}Z`;
