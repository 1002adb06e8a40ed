import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceSettings } from './service-settings';

describe('settings of single services', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-settings-'));
  const file = join(folder, 'settings.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are none without a file', () => {
    expect(serviceSettings(undefined)).toEqual({});
  });

  it('are those of the file', () => {
    const settings = { scheduler: { TESSERA_LOG_LEVEL: 'debug' } };
    writeFileSync(file, JSON.stringify(settings));
    expect(serviceSettings(file)).toEqual(settings);
  });

  it.each([{ schedular: {} }, { scheduler: { TESSERA_LOG_LEVEL: 1 } }])(
    'are refused where they are %j',
    (settings) => {
      writeFileSync(file, JSON.stringify(settings));
      expect(() => serviceSettings(file)).toThrow(/--service-settings .*settings.json: /);
    },
  );
});
