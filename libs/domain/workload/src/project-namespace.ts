/** Namespaces of Kubernetes itself: whoever runs pods there reads its secrets. No setting opens them. */
const OF_KUBERNETES: readonly string[] = ['default', 'kube-*'];

/** True where the namespace may never be a project's. `reserved` are names, or beginnings that end in `*`. */
export const isReservedNamespace = (namespace: string, reserved: readonly string[] = []): boolean =>
  [...OF_KUBERNETES, ...reserved].some((entry) =>
    entry.endsWith('*') ? namespace.startsWith(entry.slice(0, -1)) : namespace === entry,
  );

export interface NamespaceRequest {
  /** What the project is to have. */
  readonly namespace: string;
  /** What it would have without a wish. */
  readonly generated: string;
  /** What every generated name begins with. */
  readonly generatedPrefix: string;
  readonly reserved: readonly string[];
}

/**
 * Why a project may not have the namespace, for the field that asks for it; undefined where it may. A generated name
 * belongs to the project that it is generated for: nobody else can take it in advance.
 */
export function namespaceRefusal(request: NamespaceRequest): string | undefined {
  const { namespace, generated, generatedPrefix, reserved } = request;
  if (isReservedNamespace(namespace, reserved))
    return `"${namespace}" is reserved; namespaces of Kubernetes, of this platform and of the GPU operator are never a project's`;
  if (namespace !== generated && namespace.startsWith(generatedPrefix))
    return `"${namespace}" is the namespace of a project called "${namespace.slice(generatedPrefix.length)}"; names that begin with "${generatedPrefix}" are generated`;
  return undefined;
}
