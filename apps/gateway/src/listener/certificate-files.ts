import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Logger } from '@tessera/platform-logging';

/** Interval at which the files are read again, ms. */
const LOOK_MS = 5_000;

export interface CertificatePaths {
  /** The certificate, followed by those between it and the root; PEM. */
  readonly cert: string;
  /** Its key, PEM. */
  readonly key: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The certificate of the listener, from files that somebody may replace at any time. */
export class CertificateFiles {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private why: string | undefined;

  private constructor(
    private readonly paths: CertificatePaths,
    private readonly logger: Logger,
    private now: Certificate,
    private readonly everyMs: number,
  ) {}

  /** Reads the files; rejects with what is wrong where they hold no certificate with its key. */
  static async read(paths: CertificatePaths, logger: Logger, everyMs = LOOK_MS): Promise<CertificateFiles> {
    return new CertificateFiles(paths, logger, await certificateIn(paths), everyMs);
  }

  get current(): Certificate {
    return this.now;
  }

  /** Until when the one in use is valid, ms since the epoch. */
  get endsAt(): number {
    return Date.parse(new X509Certificate(this.now.cert).validTo);
  }

  /** Why the files hold none that can be used; undefined where they do. */
  get problem(): string | undefined {
    return this.why;
  }

  /** Calls back with every new certificate. Files that hold none are logged once, and the last one stays in use. */
  watch(changed: (certificate: Certificate) => void): void {
    const look = async (): Promise<void> => {
      await this.look(changed);
      if (!this.stopped) this.timer = setTimeout(() => void look(), this.everyMs);
    };
    this.timer = setTimeout(() => void look(), this.everyMs);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async look(changed: (certificate: Certificate) => void): Promise<void> {
    try {
      const found = await certificateIn(this.paths);
      const isNew = found.cert !== this.now.cert || found.key !== this.now.key;
      this.why = undefined;
      if (!isNew) return;
      this.now = found;
      changed(found);
      this.logger.info({ validTo: new X509Certificate(found.cert).validTo }, 'a new certificate is in use');
    } catch (error) {
      const { message } = error as Error;
      if (message === this.why) return;
      this.why = message;
      this.logger.error({ err: error }, 'the new certificate cannot be used; the last one stays in use');
    }
  }
}

async function certificateIn({ cert: certPath, key: keyPath }: CertificatePaths): Promise<Certificate> {
  const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
  try {
    createSecureContext({ cert, key });
    const { validTo } = new X509Certificate(cert);
    if (Date.parse(validTo) < Date.now()) throw new Error(`it was valid until ${validTo}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${certPath} and ${keyPath} are no valid certificate with its key: ${why}`, {
      cause: error,
    });
  }
  return { cert, key };
}
