export * from './model';
export * from './ports';
export * from './create-inference';
export * from './delete-inference';
export * from './projection';
export { mergeDefaults } from './policy';
export * from './access/access';
export * from './access/roles';
export * from './access/tokens';
