export { localGuardrails } from './guardrails';
export { localPostgres } from './local-postgres';
export { startService } from './service';
export { portsFrom } from './ports';
