import { Gauge, type Registry } from '@tessera/platform-telemetry';
import type { CertificateFiles } from './certificate-files';

/** Exports when the certificate expires, and whether its files are valid. */
export function exportCertificate(
  registry: Registry,
  files: Pick<CertificateFiles, 'endsAt' | 'problem'>,
): void {
  new Gauge({
    name: 'tessera_gateway_certificate_not_after_seconds',
    help: 'When the certificate in use expires, in seconds since the epoch.',
    registers: [registry],
    collect() {
      this.set(files.endsAt / 1000);
    },
  });
  new Gauge({
    name: 'tessera_gateway_certificate_unusable',
    help: '1 while the certificate files are invalid and the last certificate stays in use; else 0.',
    registers: [registry],
    collect() {
      this.set(files.problem === undefined ? 0 : 1);
    },
  });
}
