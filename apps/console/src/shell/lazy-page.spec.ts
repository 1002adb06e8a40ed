import { createElement, Suspense, type FunctionComponent } from 'react';
import { renderToString } from 'react-dom/server';
import { lazyPage, loadPagesAt } from './lazy-page';

interface PageModule {
  readonly default: FunctionComponent;
}

const shown = (page: FunctionComponent): string =>
  renderToString(createElement(Suspense, { fallback: 'a placeholder' }, createElement(page)));

describe('a page in a file of its own', () => {
  it('is drawn without a placeholder once it has been loaded', async () => {
    const page = lazyPage('there', () => Promise.resolve({ default: () => 'the page' }));
    expect(shown(page)).toContain('a placeholder');
    await loadPagesAt('/there/some-id', 60_000);
    expect(shown(page)).toBe('<!--$-->the page<!--/$-->');
  });

  it('is not loaded for another address, and a failure is not passed on', async () => {
    let asked = 0;
    lazyPage('away', () => {
      asked += 1;
      return Promise.reject<PageModule>(new Error('no such file'));
    });
    await loadPagesAt('/elsewhere', 60_000);
    expect(asked).toBe(0);
    await loadPagesAt('/away', 60_000);
    expect(asked).toBe(1);
  });

  it('is not waited for longer than wanted', async () => {
    lazyPage('never', () => new Promise<PageModule>(() => undefined));
    await expect(loadPagesAt('/never', 1)).resolves.toBeUndefined();
  });
});
