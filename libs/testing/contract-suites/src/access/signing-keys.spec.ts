import { MemorySigningKeys } from '@tessera/application-control-plane/testing';
import { signingKeysContract } from './signing-keys';

describe('signing keys in memory', () => {
  signingKeysContract(async () => new MemorySigningKeys());
});
