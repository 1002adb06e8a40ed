import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARIES = '/usr/lib';
const LIBRARY = 'faketime/libfaketimeMT.so.1';

/** Debian's libfaketime, in the folder of the machine's architecture; undefined where it is not installed. */
function findLibrary(): string | undefined {
  if (!existsSync(LIBRARIES)) return undefined;
  return readdirSync(LIBRARIES)
    .map((folder) => join(LIBRARIES, folder, LIBRARY))
    .find((path) => existsSync(path));
}

/** Steps of the wall clocks of single services; their timers, which count monotonic time, go on as they were. */
export class Clocks {
  private readonly library = findLibrary();

  /** Files with the step of each service are kept in the folder. */
  constructor(private readonly folder: string) {}

  /** Variables with which a service has a clock that can be stepped; none where that is not possible. */
  environmentOf(service: string): Readonly<Record<string, string>> {
    if (this.library === undefined) return {};
    this.write(service, 0);
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.fileOf(service),
      // The file is read again after so many seconds, of real time.
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Puts a clock so many seconds ahead of the machine's; behind it with a negative number. */
  step(service: string, seconds: number): void {
    if (this.library === undefined) throw new Error('needs libfaketime: apt-get install faketime');
    this.write(service, seconds);
  }

  private write(service: string, seconds: number): void {
    writeFileSync(this.fileOf(service), `${seconds < 0 ? '' : '+'}${seconds}s\n`);
  }

  private fileOf(service: string): string {
    return join(this.folder, `${service}.clock`);
  }
}
