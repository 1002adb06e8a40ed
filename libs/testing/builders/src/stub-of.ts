/**
 * A port of which a test answers some methods, checked against the port's type. Any other one throws with its name once it
 * is used, so that a test does not depend on what it did not say.
 */
export const stubOf = <T extends object>(answers: Partial<T>): T =>
  new Proxy(answers, {
    get: (given, name, receiver): unknown => {
      if (!(name in given) && name !== 'then') throw new Error(`the test gave no answer for ${String(name)}`);
      return Reflect.get(given, name, receiver);
    },
  }) as T;
