/**
 * A body that is JSON text already, for responses with parts stored as text. `T` states its type; nothing checks it.
 */
export class JsonText<T> {
  declare readonly holds: T;
  constructor(readonly text: string) {}
}
