/** Conventional Commits, as CONTRIBUTING asks for them: https://www.conventionalcommits.org */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'header-max-length': [2, 'always', 72],
    // Names such as MIG, Nx or EntitySchema begin a subject as they are written.
    'subject-case': [0],
    'body-max-line-length': [2, 'always', 100],
  },
};
