import type { KubernetesConnection } from './connection';

/** First version of Kubernetes 1 whose API servers and kubelets have the action `sleep` of hooks by default. */
const SLEEP_SINCE = 30;

/** Features that the version of the API server supports; read when first needed. */
export class ServerVersion {
  private minor: Promise<number> | undefined;

  constructor(private readonly connection: Pick<KubernetesConnection, 'request'>) {}

  /** True if hooks of containers can sleep; false too where the server does not report its version. */
  async hasSleepAction(): Promise<boolean> {
    this.minor ??= this.read();
    try {
      return (await this.minor) >= SLEEP_SINCE;
    } catch {
      this.minor = undefined;
      return false;
    }
  }

  /** Vendors append letters, as in `30+`. */
  private async read(): Promise<number> {
    const { minor } = await this.connection.request<{ readonly minor: string }>('GET', '/version');
    return Number.parseInt(minor, 10);
  }
}
