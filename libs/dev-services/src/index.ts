export * from './free-ports';
export * from './service';
