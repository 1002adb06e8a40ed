export { startKube, type KubeApiServer } from './api-server';
export { ensureKube } from './ensure';
export { findKube } from './installation';
