export * from './prometheus-source';
export * from './promql';
export * from './coalescing-source';
export * from './local/exposition';
export * from './local/sample-store';
export * from './local/local-source';
export * from './local/scraper';
