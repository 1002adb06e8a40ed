import type { AliasTarget } from './rollout';
import { CommandError, EXIT } from '../ends';

/** What the API shows of an alias, as far as a rollout needs it. */
export interface ShownAlias {
  readonly name: string;
  readonly targets: readonly AliasTarget[];
  readonly fallbacks: readonly object[];
  readonly waitSeconds?: number;
}

/** Reads and changes one model alias by the API. */
export class AliasClient {
  constructor(
    private readonly api: string,
    private readonly token: string,
    private readonly id: string,
  ) {}

  read(): Promise<ShownAlias> {
    return this.call<ShownAlias>('GET', this.path);
  }

  async write({
    targets,
    fallbacks,
    waitSeconds,
  }: Pick<ShownAlias, 'fallbacks' | 'waitSeconds'> & {
    readonly targets: readonly AliasTarget[];
  }): Promise<void> {
    await this.call('PUT', this.path, { targets, fallbacks, waitSeconds });
  }

  async projectName(projectId: string): Promise<string> {
    const path = `/api/v1/org-unit/projects/${encodeURIComponent(projectId)}`;
    return (await this.call<{ readonly name: string }>('GET', path)).name;
  }

  private get path(): string {
    return `/api/v1/tessera/model-aliases/${encodeURIComponent(this.id)}`;
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(new URL(path, this.api), {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text) as T;
    const code = answer.status === 404 ? EXIT.notFound : EXIT.failed;
    throw new CommandError(`${method} ${path}: ${answer.status} ${text}`, code);
  }
}
