import { join } from 'node:path';

/** Files of one node below its data folder. */
export interface NodeLayout {
  readonly root: string;
  readonly containerdConfig: string;
  readonly containerdSocket: string;
  readonly containerdRoot: string;
  readonly containerdState: string;
  readonly cniConf: string;
  readonly kubeletConfig: string;
  readonly kubeletRoot: string;
  readonly podLogs: string;
  readonly images: string;
  /** Which GPUs the device plugin offers, JSON. */
  readonly devices: string;
  readonly logOf: (program: string) => string;
  readonly pidFileOf: (program: string) => string;
}

export function nodeLayout(root: string): NodeLayout {
  return {
    root,
    containerdConfig: join(root, 'containerd.toml'),
    containerdSocket: join(root, 'containerd.sock'),
    containerdRoot: join(root, 'containerd'),
    containerdState: join(root, 'state'),
    cniConf: join(root, 'cni'),
    kubeletConfig: join(root, 'kubelet.yaml'),
    kubeletRoot: join(root, 'kubelet'),
    podLogs: join(root, 'pods'),
    images: join(root, 'images'),
    devices: join(root, 'devices.json'),
    logOf: (program) => join(root, `${program}.log`),
    pidFileOf: (program) => join(root, `${program}.pid`),
  };
}
