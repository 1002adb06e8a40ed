/** The address at which the reader chats with a model; names of models may have slashes. */
export const playgroundOf = (model: string): string =>
  `/models/playground?${new URLSearchParams({ model }).toString()}`;
