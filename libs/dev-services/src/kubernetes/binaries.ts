/** The Kubernetes version; `go.mod` names the same one, and the cache is keyed by it. */
export const KUBE_VERSION = '1.36.3';

/** The commands that can be built, each by its main package. Their modules and versions are pinned in `go.mod`. */
export const GO_PACKAGES = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  kubelet: 'k8s.io/kubernetes/cmd/kubelet',
} as const;

export type KubeBinary = keyof typeof GO_PACKAGES;

/** What `startKube` runs. */
export const API_SERVER_BINARIES = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;

/** Everything that can be built. */
export const ALL_BINARIES = Object.keys(GO_PACKAGES) as readonly KubeBinary[];
