import { stringify } from 'yaml';
import { CGROUP_ROOT } from './control-groups';
import { IMAGES } from './images';
import { CNI_FOLDER, type NodeInstallation } from './installation';
import type { NodeLayout } from './layout';
import { NETWORK } from './network';

/** https://github.com/containerd/containerd/blob/main/docs/cri/config.md */
export function containerdConfig(layout: NodeLayout, { runc }: Pick<NodeInstallation, 'runc'>): string {
  const cri = "plugins.'io.containerd.cri.v1.runtime'";
  return `version = 3
root = '${layout.containerdRoot}'
state = '${layout.containerdState}'
disabled_plugins = ['io.containerd.internal.v1.opt', 'io.containerd.nri.v1.nri']

[grpc]
address = '${layout.containerdSocket}'

[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${IMAGES.pause}'

[${cri}]
# Not every machine lets its root lower an OOM score.
restrict_oom_score_adj = true
# Otherwise network namespaces would stand in /var/run/netns beside those of others.
netns_mounts_under_state_dir = true

[${cri}.cni]
bin_dirs = ['${CNI_FOLDER}']
conf_dir = '${layout.cniConf}'

[${cri}.containerd]
default_runtime_name = 'runc'

[${cri}.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'

[${cri}.containerd.runtimes.runc.options]
BinaryName = '${runc}'
Root = '${layout.containerdState}/runc'
SystemdCgroup = false
`;
}

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
export function kubeletConfig(layout: NodeLayout, port: number): string {
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // Pods and this machine reach the bridge, nobody else does; the API server of the tests has no certificate to show.
    address: NETWORK.host,
    port,
    readOnlyPort: 0,
    healthzPort: 0,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${layout.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${CGROUP_ROOT}`,
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    makeIPTablesUtilChains: false,
    localStorageCapacityIsolation: true,
    resolvConf: '',
    podLogsDir: layout.podLogs,
    // A developer's disk is often fuller than a server's may be.
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    // What happens to a pod is reported at once.
    syncFrequency: '5s',
    nodeStatusUpdateFrequency: '2s',
    nodeStatusReportFrequency: '10s',
    volumeStatsAggPeriod: '0s',
    crashLoopBackOff: { maxContainerRestartPeriod: '5s' },
    featureGates: { KubeletCrashLoopBackOffMax: true },
    shutdownGracePeriod: '0s',
  });
}
