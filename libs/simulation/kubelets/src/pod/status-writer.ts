import type { Logger } from '@tessera/platform-logging';
import {
  isConflict,
  isInvalid,
  isNotFound,
  type KubeApi,
  objectPath,
} from '@tessera/simulation-kubernetes-api/client';
import type { Condition, Pod, PodStatus } from '@tessera/simulation-kubernetes-api/wire';

const RETRY_MS = 250;

/** Writes the status of one pod, one write at a time; while one is in flight only the latest of the others is kept. */
export class StatusWriter {
  private pending: PodStatus | undefined;
  private writing: Promise<void> | undefined;
  private gone = false;
  /** Conditions as last written; they keep their transition times. */
  conditions: readonly Condition[];

  constructor(
    private readonly client: KubeApi,
    private readonly pod: Pod,
    private readonly logger: Logger,
  ) {
    this.conditions = pod.status?.conditions ?? [];
  }

  write(status: PodStatus): void {
    this.conditions = status.conditions ?? this.conditions;
    this.pending = status;
    this.writing ??= this.drain().finally(() => {
      this.writing = undefined;
    });
  }

  /** Resolves when every submitted status is written or superseded. */
  async flush(): Promise<void> {
    await this.writing;
  }

  stop(): void {
    this.gone = true;
    this.pending = undefined;
  }

  private async drain(): Promise<void> {
    const { name, namespace, uid } = this.pod.metadata;
    while (this.pending !== undefined && !this.gone) {
      const status = this.pending;
      this.pending = undefined;
      try {
        await this.client.patch(
          `${objectPath('pods', name, namespace)}/status`,
          { metadata: { uid }, status },
          'strategic-merge',
        );
      } catch (error) {
        if (isNotFound(error) || isConflict(error) || isInvalid(error)) {
          if (isInvalid(error)) this.logger.warn({ err: error, pod: name }, 'a pod status was rejected');
          return this.stop();
        }
        this.logger.warn({ err: error, pod: name }, 'could not write a pod status, will retry');
        this.pending ??= status;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
