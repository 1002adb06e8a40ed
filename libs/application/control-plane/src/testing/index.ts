export { MemorySigningKeys } from './memory-signing-keys';
