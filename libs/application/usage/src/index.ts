export * from './evidence';
export * from './ports';
export * from './record-usage';
export * from './report';
export * from './served';
export * from './traffic';
export * from './activity';
export * from './idle-workloads';
