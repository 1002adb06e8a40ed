import type { Json } from '../client';

/** What the program of the model server says that its container was given (libs/dev-services/src/node/programs/model-server). */
export interface Inside {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly process: Readonly<Record<string, string>>;
  readonly mounts: Readonly<
    Record<string, { readonly kind: string; readonly options: string; readonly bytes: number }>
  >;
  readonly cpuQuota: string;
  readonly memoryLimit: string;
}

interface File {
  readonly mode: string;
  readonly content: string;
}

/** A container that answers at an address of its pod. */
export class Container {
  private constructor(
    private readonly url: string,
    readonly pod: Json,
    readonly inside: Inside,
  ) {}

  static async of(pod: Json, port: number): Promise<Container> {
    const url = `http://${pod.status.podIP}:${port}`;
    return new Container(url, pod, await insideOf(url));
  }

  /** What it has now. */
  inspect(): Promise<Inside> {
    return insideOf(this.url);
  }

  async file(path: string): Promise<File> {
    const response = await fetch(this.at(path));
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as File;
  }

  /** True where it could be written. */
  async write(path: string, body: string): Promise<boolean> {
    return (await fetch(this.at(path), { method: 'PUT', body })).status === 200;
  }

  private at(path: string): string {
    return `${this.url}/file?path=${encodeURIComponent(path)}`;
  }
}

const insideOf = async (url: string): Promise<Inside> =>
  (await (await fetch(`${url}/inside`)).json()) as Inside;
