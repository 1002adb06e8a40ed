import type { InferenceSpec } from '../spec';

/** A part of the request without an object of its own: it is stored in an annotation of the owner object. */
export interface RecordText {
  readonly name:
    'relatedUrls' | 'servingConfiguration' | 'autoscaling' | 'storageNames' | 'category' | 'preemptibility';
  /** Path of the request field that it comes from, or of the largest one. */
  readonly field: string;
  readonly text: string;
}

/** The texts of the spec that the owner object stores, as JSON except for single words. Pure. */
export function recordTexts(spec: InferenceSpec): readonly RecordText[] {
  const { relatedUrls, servingConfiguration, autoscaling, category, preemptibility, servingPort } = spec;
  const { container: _container, ...serving } = servingPort ?? {};
  // Both have fields of Tessera.
  const tessera = { ...servingConfiguration?.tessera, ...serving.tessera };
  const texts: readonly RecordText[] = [
    { name: 'relatedUrls', field: 'spec.relatedUrls', text: json(relatedUrls) },
    {
      name: 'servingConfiguration',
      field: 'spec.servingPort',
      text: json({
        ...servingConfiguration,
        ...serving,
        ...(Object.keys(tessera).length === 0 ? {} : { tessera }),
      }),
    },
    { name: 'autoscaling', field: 'spec.autoscaling', text: json(autoscaling) },
    { name: 'storageNames', field: 'spec.storage', text: json(storageNames(spec)) },
    { name: 'category', field: 'spec.category', text: category ?? '' },
    { name: 'preemptibility', field: 'spec.preemptibility', text: preemptibility ?? '' },
  ];
  return texts.filter(({ text }) => text !== '');
}

/** Names of the instances in the request, by kind and position: volume names are generated. */
const storageNames = ({ storage }: InferenceSpec): Record<string, string> =>
  Object.fromEntries(
    Object.entries(storage ?? {}).flatMap(([kind, items]) =>
      (Array.isArray(items) ? items : []).flatMap((item, index) => {
        const name = (item as { readonly name?: string | null } | null)?.name;
        return name ? [[`${kind}[${index}]`, name]] : [];
      }),
    ),
  );

function json(value: object | null | undefined): string {
  const text = JSON.stringify(value ?? {});
  return text === '{}' || text === '[]' ? '' : text;
}
