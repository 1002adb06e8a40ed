import { isBuiltin } from 'node:module';
import { readFile } from 'node:fs/promises';
import { bundle } from './bundle';
import { CycloneDx } from './cyclone-dx';
import type { sbomOf } from './sbom';

describe('the bundle of a service that talks to Kubernetes', () => {
  it('has the client, and none of the classes of kinds of objects that nobody makes', async () => {
    await bundle('apps/scheduler');
    const text = await readFile('dist/apps/scheduler/main.js', 'utf8');
    expect(text).toContain('loadFromString');
    expect(text).not.toContain('attributeTypeMap');
    expect(text).not.toContain('require("@kubernetes/client-node")');
  });
});

describe('the bill of materials of a service', () => {
  it.each(['api', 'scheduler', 'gateway', 'metrics'])(
    'of %s keeps the rules of CycloneDX and has every package that its bundle asks for',
    async (app) => {
      await bundle(`apps/${app}`);
      const text = await readFile(`dist/apps/${app}/main.js`, 'utf8');
      const sbom = JSON.parse(await readFile(`dist/apps/${app}/sbom.cdx.json`, 'utf8')) as ReturnType<
        typeof sbomOf
      >;
      expect(CycloneDx.safeParse(sbom).error).toBeUndefined();
      const names = new Set(sbom.components.map(({ name }) => name));
      const asked = [...text.matchAll(/require\("([^"]+)"\)/g)].flatMap(([, path = '']) =>
        isBuiltin(path) ? [] : [/^(@[^/]+\/)?[^/]+/.exec(path)?.[0]],
      );
      expect(asked.length).toBeGreaterThan(5);
      expect(asked.filter((name) => name === undefined || !names.has(name))).toEqual([]);
    },
  );
});
