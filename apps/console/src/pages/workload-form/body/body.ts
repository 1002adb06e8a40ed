/** The body of a create request as it is edited: any JSON, so that nothing of it is lost. */
export type Body = Readonly<Record<string, unknown>>;

/** The value at a path such as `spec.compute.migProfile`; undefined where there is none. */
export function valueAt(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), body);
}

/** The body with another value at the path; undefined removes the field, and objects that become empty with it. */
export function withValue(body: Body, path: string, value: unknown): Body {
  const [name = '', ...rest] = path.split('.');
  const { [name]: before, ...others } = body;
  if (rest.length === 0) return value === undefined ? others : { ...body, [name]: value };
  const below = withValue(isObject(before) ? before : {}, rest.join('.'), value);
  return Object.keys(below).length === 0 ? others : { ...body, [name]: below };
}

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of a field as it stands in the form. */
export const textAt = (body: Body, path: string): string => {
  const value = valueAt(body, path);
  return value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
};

/** What was typed as the number that it is; what is none stays text, which the check refuses by name. */
export const typedNumber = (text: string): number | string | undefined =>
  text.trim() === '' ? undefined : Number.isNaN(Number(text)) ? text : Number(text);

/** What was typed; nothing where it is empty. */
export const typedText = (text: string): string | undefined => (text === '' ? undefined : text);

/** A list that was typed with commas. */
export function typedList(text: string): readonly string[] | undefined {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? undefined : items;
}

/** How a workload asks for GPUs. */
export type Share = 'none' | 'portion' | 'memory' | 'migProfile' | 'devices';

const GPU_FIELDS = [
  'gpuDevicesRequest',
  'gpuRequestType',
  'gpuPortionRequest',
  'gpuPortionLimit',
  'gpuMemoryRequest',
  'gpuMemoryLimit',
  'migProfile',
] as const;
const AMOUNT_AT = {
  portion: 'gpuPortionRequest',
  memory: 'gpuMemoryRequest',
  migProfile: 'migProfile',
  devices: 'gpuDevicesRequest',
} as const;
/** Amounts to begin with. */
const FIRST_AMOUNT = { portion: '0.5', memory: '8Gi', migProfile: '1g.5gb', devices: '1' } as const;

/** The GPU request of a body, as the form shows it. */
export function shareOf(body: Body): { readonly share: Share; readonly amount: string } {
  const type = valueAt(body, 'spec.compute.gpuRequestType');
  const devices = valueAt(body, 'spec.compute.gpuDevicesRequest');
  const isWhole = type === 'portion' && valueAt(body, 'spec.compute.gpuPortionRequest') === 1;
  const share: Share =
    type === 'memory' || type === 'migProfile'
      ? type
      : isWhole || (type === undefined && devices !== undefined && devices !== 0)
        ? 'devices'
        : type === 'portion'
          ? 'portion'
          : 'none';
  return { share, amount: share === 'none' ? '' : textAt(body, `spec.compute.${AMOUNT_AT[share]}`) };
}

/** The body with another GPU request; CPU and memory stay. Without an amount, one to begin with. */
export function withShare(body: Body, share: Share, amount?: string): Body {
  const cleared = GPU_FIELDS.reduce(
    (left, field) => withValue(left, `spec.compute.${field}`, undefined),
    body,
  );
  if (share === 'none') return cleared;
  const typed = amount ?? FIRST_AMOUNT[share];
  const isText = share === 'memory' || share === 'migProfile';
  const asked = {
    gpuDevicesRequest: 1,
    gpuRequestType: share === 'devices' ? 'portion' : share,
    ...(share === 'devices' ? { gpuPortionRequest: 1 } : {}),
    [AMOUNT_AT[share]]: isText ? typed : (typedNumber(typed) ?? ''),
  };
  return Object.entries(asked).reduce(
    (made, [field, value]) => withValue(made, `spec.compute.${field}`, value),
    cleared,
  );
}
