export { ConfigError, loadConfig, type Config } from './load';
export type { Variable } from './variable';
export { VARIABLES, type VariableName } from './variables';
export { cacheDir } from './cache-dir';
export { poolSettings, prepareSession, sessionSettings, type SessionLimits } from './database-session';
export { yamlFile, type FileOutcome } from './yaml-file';
export { plainHttpProblems, type Address } from './plain-http';
export { servingHostProblems } from './serving-hosts';
