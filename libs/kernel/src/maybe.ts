/** `{[name]: value}`, or nothing when there is no value: for optional fields. */
export const maybe = <K extends string, V>(name: K, value: V | null | undefined): Partial<Record<K, V>> =>
  value === undefined || value === null ? {} : ({ [name]: value } as Record<K, V>);
