import { config } from 'zod';

// Before any schema is made: the page may not evaluate text, and a browser reports every attempt.
config({ jitless: true });
