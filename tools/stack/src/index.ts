export { localGuardrails } from './home/guardrails';
export { localPostgres } from './external/local-postgres';
export { startService } from './service';
export { portsFrom } from './ports';
