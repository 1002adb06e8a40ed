export * from './evidence';
export * from './ports';
export * from './record-usage';
export * from './report';
