export { PrometheusSource } from './prometheus-source';
export { toPromQl } from './promql';
export { CoalescingSource } from './coalescing-source';
export { parseExposition } from './local/exposition';
export { SampleStore } from './local/sample-store';
export { LocalSource } from './local/local-source';
export { Scraper } from './local/scraper';
