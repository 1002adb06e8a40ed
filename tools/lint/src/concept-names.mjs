import { basename, dirname, extname, relative, sep } from 'node:path';

/** Names that say where code was put, not what it is about. */
const EMPTY_NAMES = /^(utils?|common|helpers?|managers?|shared|misc)$/;

/** Reports files and folders whose name, or a part of it between dots or hyphens, is such a word. */
export const conceptNames = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      emptyName:
        '"{{name}}" in {{path}} says nothing about the content; name the file or folder after the concept that it holds.',
    },
  },
  create: (context) => ({
    Program: (node) => {
      const path = relative(context.cwd, context.filename);
      const file = basename(path, extname(path));
      const parts = [...dirname(path).split(sep), file].flatMap((name) => name.split(/[.-]/));
      const name = parts.find((part) => EMPTY_NAMES.test(part));
      if (name !== undefined) context.report({ node, messageId: 'emptyName', data: { name, path } });
    },
  }),
};
