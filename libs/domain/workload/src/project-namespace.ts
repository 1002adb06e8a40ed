/** Namespaces of Kubernetes itself: a pod there could read its secrets. No setting allows them. */
const OF_KUBERNETES: readonly string[] = ['default', 'kube-*'];

/** True where no project may use the namespace. `reserved` are names, or prefixes that end in `*`. */
export const isReservedNamespace = (namespace: string, reserved: readonly string[] = []): boolean =>
  [...OF_KUBERNETES, ...reserved].some((entry) =>
    entry.endsWith('*') ? namespace.startsWith(entry.slice(0, -1)) : namespace === entry,
  );

export interface NamespaceRequest {
  /** The requested namespace. */
  readonly namespace: string;
  /** The generated namespace, used without a request. */
  readonly generated: string;
  /** Prefix of every generated name. */
  readonly generatedPrefix: string;
  readonly reserved: readonly string[];
}

/**
 * Why a project may not use the namespace, as the message of the requesting field; undefined where it may. A generated
 * name belongs to the project that it is generated for: no other project can take it in advance.
 */
export function namespaceRefusal(request: NamespaceRequest): string | undefined {
  const { namespace, generated, generatedPrefix, reserved } = request;
  if (isReservedNamespace(namespace, reserved))
    return `"${namespace}" is reserved; namespaces of Kubernetes, of this platform and of the GPU operator are never a project's`;
  if (namespace !== generated && namespace.startsWith(generatedPrefix))
    return `"${namespace}" is the namespace of a project called "${namespace.slice(generatedPrefix.length)}"; names that begin with "${generatedPrefix}" are generated`;
  return undefined;
}
