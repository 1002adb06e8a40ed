import type { Pages } from '../endpoint/endpoint';
import { BusyShares } from './busy-share';
import { cadvisorFamilies } from './cadvisor';
import { dcgmFamilies } from './dcgm';
import type { ExportedNode } from './exported';
import { renderPage } from './families';
import { kubeStateFamilies } from './kube-state';
import { modelFamilies } from './models';

/** The exporter pages of a real cluster, computed from the simulated state at each scrape. */
export function exporterPages(
  { nodes }: { readonly nodes: ReadonlyMap<string, ExportedNode> },
  now: () => number,
): Pages {
  const shares = new BusyShares();
  return {
    '/metrics/cadvisor': () => renderPage(cadvisorFamilies(nodes.values(), now())),
    '/metrics/dcgm': () => renderPage(dcgmFamilies(nodes.values(), shares, now())),
    '/metrics/kube-state': () => renderPage(kubeStateFamilies(nodes.values())),
    '/metrics/models': () => renderPage(modelFamilies(nodes.values(), now())),
  };
}
