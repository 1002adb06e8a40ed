import { after, type Recipe } from './recipe';

const PAGE = 'tools/generate/src/compiled-fields/compiled-fields.spec.ts';

/** The cost centre of a workload becomes an annotation of its pods. */
export const createField: Recipe = {
  title: 'A create field that becomes a pod annotation',
  names: /costCentre/,
  steps: [
    {
      file: 'libs/contracts/rest/src/schemas/inference-spec.ts',
      change: [after('    category: anyText(),\n', '    costCentre: anyText(),\n')],
      missed: { spec: PAGE },
    },
    {
      file: 'libs/domain/workload/src/spec.ts',
      change: [after('  category: string;\n', '  costCentre: string;\n')],
      missed: { typesOf: 'libs/domain/workload/src/compile/to-intent.ts' },
    },
    {
      file: 'libs/domain/workload/src/intent.ts',
      change: [after('  readonly category?: string;\n', '  readonly costCentre?: string;\n')],
      missed: { typesOf: 'libs/adapters/kubernetes/src/objects/pod.ts' },
    },
    {
      file: 'libs/domain/workload/src/compile/to-intent.ts',
      change: [
        after(
          "    ...maybe('category', typed.category),\n",
          "    ...maybe('costCentre', typed.costCentre),\n",
        ),
      ],
      missed: { spec: PAGE },
    },
    {
      file: 'libs/contracts/kubernetes/src/names.ts',
      change: [after("  category: 'tessera.io/category',\n", "  costCentre: 'tessera.io/cost-centre',\n")],
      missed: { typesOf: 'libs/adapters/kubernetes/src/objects/pod.ts' },
    },
    {
      file: 'libs/adapters/kubernetes/src/objects/pod.ts',
      change: [
        after(
          '        ...chosen(intent.metadata.annotations),\n',
          '        ...(intent.costCentre === undefined ? {} : { [ANNOTATIONS.costCentre]: intent.costCentre }),\n',
        ),
      ],
      missed: { spec: PAGE },
    },
    {
      file: 'tools/generate/src/compiled-fields/full-spec.ts',
      change: [after("  image: 'model:1',\n", "  costCentre: 'research',\n")],
      missed: { spec: PAGE },
    },
  ],
};
