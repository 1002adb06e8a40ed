import type { Locator, Page } from 'playwright-core';
import { Client } from '../client';
import type { Platform } from '../platform';
import { ConsoleBrowser } from './console-browser';
import { LOOKS, show } from './looks';
import type { Traffic } from './traffic';

/** One thing that somebody does with the console and sees. */
export interface Step {
  readonly title: string;
  /** No later step needs it. */
  readonly isAlone?: boolean;
  act(story: Story): Promise<void>;
}

/** A platform, the console in a browser, and what the steps so far have made. */
export class Story {
  /** For what happens elsewhere than in the console. */
  readonly client: Client;
  traffic: Traffic | undefined;
  private readonly ids = new Map<string, string>();

  private constructor(
    readonly platform: Platform,
    readonly browser: ConsoleBrowser,
  ) {
    this.client = new Client(() => platform.connection);
  }

  /** Of a platform that has been started. */
  static async begin(platform: Platform): Promise<Story> {
    const story = new Story(platform, await ConsoleBrowser.open(platform.connection));
    await show(story.page, LOOKS[0]);
    return story;
  }

  async end(): Promise<void> {
    await this.traffic?.stop();
    await this.browser.close();
  }

  get page(): Page {
    return this.browser.page;
  }

  /** Loads the page at that address. */
  async load(path: string): Promise<void> {
    await this.page.goto(`${this.platform.connection.api}${path}`);
  }

  /** Goes to a page by the navigation. */
  async goTo(name: string): Promise<void> {
    const pages = this.page.getByRole('navigation', { name: 'Pages', exact: true });
    await pages.getByRole('link', { name, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** The row of a workload in the list. */
  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  /** Opens the page of a workload from the list. */
  async openWorkload(name: string): Promise<void> {
    await this.goTo('Workloads');
    await this.row(name).getByRole('link', { name, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  /** Opens one of the parts of the workload whose page is shown. */
  async openPart(name: string): Promise<void> {
    const parts = this.page.getByRole('navigation', { name: 'Parts of the workload' });
    await parts.getByRole('link', { name, exact: true }).click();
  }

  /** The phase and its reason, on the page of a workload. */
  phase(text: string | RegExp): Locator {
    return this.page.locator('.notice', { has: this.page.locator('.phase') }).filter({ hasText: text });
  }

  /** Notes the id of the workload whose page is shown. */
  noteId(name: string): void {
    const id = /\/workloads\/([\w-]+)/.exec(this.page.url())?.[1];
    if (id === undefined) throw new Error(`this is not the page of a workload: ${this.page.url()}`);
    this.ids.set(name, id);
  }

  idOf(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`no step has made ${name}`);
    return id;
  }
}
