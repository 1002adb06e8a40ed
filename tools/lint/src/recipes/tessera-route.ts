import { after, before, type Recipe } from './recipe';

const CONTROLLER = 'apps/api/src/notices/notices.controller.ts';
const MODULE = 'apps/api/src/notices/notices.module.ts';
const INDEX = 'libs/application/control-plane/src/index.ts';
const ROUTES = 'libs/contracts/rest/src/routes/tessera.ts';

/** The operator's notice to users. */
export const tesseraRoute: Recipe = {
  title: 'A route under `/api/v1/tessera`',
  names: /[nN]otice/,
  steps: [
    {
      file: 'libs/contracts/rest/src/schemas/notice.ts',
      change: `import { z } from 'zod';

export const Notice = z.object({ text: z.string() }).meta({ id: 'Notice' });
`,
      missed: { typesOf: ROUTES },
    },
    {
      file: ROUTES,
      change: [
        after(
          "import { MigConfigReport, MigConfigRequest } from '../schemas/mig-config';\n",
          "import { Notice } from '../schemas/notice';\n",
        ),
        after(
          'export const tesseraRoutes = {\n',
          `  get_notice: route({
    method: 'GET',
    path: '/api/v1/tessera/notice',
    summary: 'Read the notice of the operator.',
    tag: 'Tessera',
    answers: { 200: { description: 'Executed successfully.', schema: Notice } },
    errors: [400, 401, 403, 503],
    audited: 'no',
    cost: ONE,
    strictQuery: true,
    permission: right('workloads', 'read', 'visible'),
  }),
`,
        ),
      ],
      missed: { typesOf: CONTROLLER },
    },
    {
      file: 'libs/application/control-plane/src/reading/notice.ts',
      change:
        '/** The notice of the operator. */\nexport const noticeOf = (day: number): string => `day ${day}`;\n',
      missed: { typesOf: INDEX },
    },
    {
      file: INDEX,
      change: [before('export { SERVING, withAddresses }', "export { noticeOf } from './reading/notice';\n")],
      missed: { typesOf: CONTROLLER },
    },
    {
      file: CONTROLLER,
      change: `import { Controller } from '@nestjs/common';
import { noticeOf } from '@tessera/application-control-plane';
import type { Reply } from '../http/call';
import { Operation } from '../http/operation';

@Controller()
export class NoticesController {
  @Operation('get_notice')
  async read(): Reply<'get_notice'> {
    return { status: 200, body: { text: noticeOf(1) } };
  }
}
`,
      missed: { typesOf: MODULE },
    },
    {
      file: MODULE,
      change: `import { Module } from '@nestjs/common';
import { NoticesController } from './notices.controller';

@Module({ controllers: [NoticesController] })
export class NoticesModule {}
`,
      missed: { typesOf: 'apps/api/src/api.module.ts' },
    },
    {
      file: 'apps/api/src/api.module.ts',
      change: [
        before(
          'import { OrganisationModule }',
          "import { NoticesModule } from './notices/notices.module';\n",
        ),
        before('    OrganisationModule,\n', '    NoticesModule,\n'),
      ],
      missed: { spec: 'apps/api/src/http/operations.spec.ts' },
    },
  ],
};
