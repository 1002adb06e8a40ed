import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Logger } from '@tessera/platform-logging';

/** Interval at which the files are read again, ms. */
const RELOAD_MS = 5_000;

export interface CertificatePaths {
  /** PEM file of the certificate, followed by the intermediate ones. */
  readonly cert: string;
  /** PEM file of its private key. */
  readonly key: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The certificate of the listener, from files that may be replaced at any time. */
export class CertificateFiles {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private lastError: string | undefined;

  private constructor(
    private readonly paths: CertificatePaths,
    private readonly logger: Logger,
    private now: Certificate,
    private readonly everyMs: number,
  ) {}

  /** Reads the files; rejects with the reason where they hold no valid certificate with its key. */
  static async read(paths: CertificatePaths, logger: Logger, everyMs = RELOAD_MS): Promise<CertificateFiles> {
    return new CertificateFiles(paths, logger, await certificateIn(paths), everyMs);
  }

  get current(): Certificate {
    return this.now;
  }

  /** When the certificate in use expires, ms since the epoch. */
  get endsAt(): number {
    return Date.parse(new X509Certificate(this.now.cert).validTo);
  }

  /** Why the files hold no valid certificate; undefined where they do. */
  get problem(): string | undefined {
    return this.lastError;
  }

  /** Calls `changed` with every new certificate. Invalid files are logged once; the last certificate stays in use. */
  watch(changed: (certificate: Certificate) => void): void {
    const reload = async (): Promise<void> => {
      await this.reload(changed);
      if (!this.stopped) this.timer = setTimeout(() => void reload(), this.everyMs);
    };
    this.timer = setTimeout(() => void reload(), this.everyMs);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async reload(changed: (certificate: Certificate) => void): Promise<void> {
    try {
      const found = await certificateIn(this.paths);
      const isNew = found.cert !== this.now.cert || found.key !== this.now.key;
      this.lastError = undefined;
      if (!isNew) return;
      this.now = found;
      changed(found);
      this.logger.info({ validTo: new X509Certificate(found.cert).validTo }, 'a new certificate is in use');
    } catch (error) {
      const { message } = error as Error;
      if (message === this.lastError) return;
      this.lastError = message;
      this.logger.error(
        { err: error },
        'the certificate files are invalid; the last certificate stays in use',
      );
    }
  }
}

async function certificateIn({ cert: certPath, key: keyPath }: CertificatePaths): Promise<Certificate> {
  const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
  try {
    createSecureContext({ cert, key });
    const { validTo } = new X509Certificate(cert);
    if (Date.parse(validTo) < Date.now()) throw new Error(`the certificate expired at ${validTo}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${certPath} and ${keyPath} do not hold a valid certificate with its key: ${why}`, {
      cause: error,
    });
  }
  return { cert, key };
}
