import type { Pages } from '../kubelet/endpoint';
import type { Fleet } from '../kubelet/fleet';

export const exporterPages = (_fleet: Fleet): Pages => ({});
