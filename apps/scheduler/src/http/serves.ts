import { INTERNAL_ROUTES } from '@tessera/contracts-internal';
import { servesFrom } from '@tessera/platform-http/nest';

/** Binds a method of a controller to an operation of the internal contract, which has its method and path. */
export const Serves = servesFrom(INTERNAL_ROUTES);
