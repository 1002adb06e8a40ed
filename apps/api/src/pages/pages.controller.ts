import { Controller, Get, Header, Inject } from '@nestjs/common';
import { BuiltInIssuer } from '@tessera/adapter-oidc';
import { asyncApiDocument } from '@tessera/contracts-events';
import { openApiDocument } from '@tessera/contracts-rest';
import type { ApiConfig } from '../config';
import { API_CONFIG, VERSION } from '../providers';
import { DOCS_POLICY, docsFiles, docsPage } from './docs-page';
import { eventsPage } from './events-page';
import { STATIC_POLICY } from './html';
import { ICON } from './start-page';

const HTML = 'text/html; charset=utf-8';
const JSON_TEXT = 'application/json; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
/** They change only with the version of the API. */
const CACHED = 'public, max-age=3600';

/** Public pages: the keys, the documents of the API and of its events, and their pages. */
@Controller()
export class PagesController {
  private readonly publicUrl: string;
  private readonly files = docsFiles();
  private readonly documents: Readonly<Record<'api' | 'apiPage' | 'events' | 'eventsPage', string>>;

  constructor(
    private readonly issuer: BuiltInIssuer,
    @Inject(API_CONFIG) config: Pick<ApiConfig, 'TESSERA_API_PUBLIC_URL' | 'TESSERA_TOPIC_PREFIX'>,
    @Inject(VERSION) version: string,
  ) {
    this.publicUrl = config.TESSERA_API_PUBLIC_URL;
    const api = openApiDocument(this.publicUrl, version);
    const events = asyncApiDocument(config.TESSERA_TOPIC_PREFIX, version);
    this.documents = {
      api: JSON.stringify(api),
      apiPage: docsPage(),
      events: JSON.stringify(events),
      eventsPage: eventsPage(events),
    };
  }

  @Get('/.well-known/jwks.json')
  @Header('content-type', JSON_TEXT)
  @Header('cache-control', 'public, max-age=30')
  async keys(): Promise<string> {
    return JSON.stringify(await this.issuer.jwks());
  }

  @Get('/.well-known/openid-configuration')
  @Header('content-type', JSON_TEXT)
  discovery(): string {
    return JSON.stringify({
      issuer: this.publicUrl,
      jwks_uri: `${this.publicUrl}/.well-known/jwks.json`,
      token_endpoint: `${this.publicUrl}/api/v2/token`,
    });
  }

  @Get('/favicon.ico')
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', CACHED)
  icon(): string {
    return ICON;
  }

  @Get('/openapi.json')
  @Header('content-type', JSON_TEXT)
  openApi(): string {
    return this.documents.api;
  }

  @Get('/docs')
  @Header('content-type', HTML)
  @Header('content-security-policy', DOCS_POLICY)
  apiPage(): string {
    return this.documents.apiPage;
  }

  @Get('/docs/swagger-ui.js')
  @Header('content-type', SCRIPT)
  @Header('cache-control', CACHED)
  script(): Buffer {
    return this.files.script;
  }

  @Get('/docs/swagger-ui.css')
  @Header('content-type', STYLE)
  @Header('cache-control', CACHED)
  style(): Buffer {
    return this.files.style;
  }

  @Get('/asyncapi.json')
  @Header('content-type', JSON_TEXT)
  asyncApi(): string {
    return this.documents.events;
  }

  @Get('/docs/events')
  @Header('content-type', HTML)
  @Header('content-security-policy', STATIC_POLICY)
  eventsPage(): string {
    return this.documents.eventsPage;
  }
}
