export { localGuardrails } from './guardrails';
export { startPostgres, type LocalPostgres } from './postgres';
export { startService } from './service';
export { portsFrom } from './ports';
