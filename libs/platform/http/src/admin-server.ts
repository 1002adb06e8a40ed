import type { Server } from 'node:http';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { closeServer, createAdminServer, listen, type Admin } from './admin';
import { HealthWatch } from './health-watch';

/** Where an admin server listens. */
export interface AdminAddress {
  readonly port: number;
  readonly host: string;
  /** Name of the setting with the port, for the error where the port is in use. */
  readonly setting: string;
}

/**
 * The server of the admin endpoints on a port of their own, the watch of the checks, and the readiness of the process
 * at its stop.
 */
export class AdminServer {
  private readonly server: Server;
  private readonly watch: HealthWatch;

  constructor(
    private readonly admin: Admin,
    private readonly address: AdminAddress,
    private readonly logger: Logger,
  ) {
    this.server = createAdminServer(admin);
    this.watch = new HealthWatch({ ...admin, logger });
  }

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const { port, host, setting } = this.address;
    await listen(this.server, port, host, setting);
    this.watch.start();
  }

  /** The first step of a stop: not ready any more, while everything still runs. */
  beginStop(): void {
    this.admin.health.beginStop();
  }

  /** The last step of a stop: the endpoints respond until everything they report on has stopped. */
  stop(): Promise<void> {
    return runStops(
      [
        { name: 'watch of the checks', stop: () => this.watch.stop() },
        { name: 'admin server', stop: () => closeServer(this.server) },
      ],
      this.logger,
    );
  }
}
