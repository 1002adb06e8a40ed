/** Method and path of every operation of the API; the build reads them from its contract. */
declare module 'virtual:routes' {
  import type { OperationId } from '@tessera/contracts-rest';

  export const ROUTES: Readonly<Record<OperationId, readonly [method: string, path: string]>>;
}
