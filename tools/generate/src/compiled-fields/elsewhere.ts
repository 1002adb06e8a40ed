const SHARE =
  'placement; a share is written to the annotation `tessera.io/allocation`; a reservation pod holds its device, which is injected into the container ([sharing GPUs](../guides/sharing-gpus.md))';
const BURST =
  'burst: checked against the request, never counted; the limit of memory where its enforcement is on (`TESSERA_GPU_MEMORY_ENFORCEMENT`)';
const AFFINITY = 'how the gateway chooses a replica ([what it does](../guides/affinity.md))';
const SCALING = 'number of replicas ([what each field does](scaling.md#fields))';
const EXCLUDE = 'drops what a policy default put in';
const SHOWN = 'shown by the API as an external connection';
const URL = `${SHOWN} with its address; an Ingress, an HTTPRoute of the Gateway API, or the gateway, as \`TESSERA_EXPOSED_URLS\` selects; where that is \`none\`, the condition UrlsExposed reports it`;
const PROXY = `${SHOWN}; enforced by the gateway where \`TESSERA_EXPOSED_URLS\` is \`tessera\`, else an annotation for an authenticating proxy in front, which nothing here enforces`;
const RESERVED =
  'names on which programs act are refused ([names that are not yours](../guides/api.md#first-steps))';
const NAMED = 'an annotation of the owner object; volumes get generated names';
const GATEWAY = 'the gateway';

/** Effects of the fields that do not, or not only, become fields of an object. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  nodeType: 'placement: label of the node',
  nodePools:
    'placement, in order of preference; the pool is written to the annotation `tessera.io/allocation`',
  'environmentVariables[].name':
    'names that choose devices or change a share are refused ([sharing GPUs](../guides/sharing-gpus.md#what-a-workload-cannot-set))',
  'environmentVariables[].description': 'stored and shown by the API',
  'environmentVariables[].exclude': EXCLUDE,
  'annotations[].name': RESERVED,
  'annotations[].exclude': EXCLUDE,
  'labels[].name': RESERVED,
  'labels[].exclude': EXCLUDE,
  'tolerations[].name': 'stored and shown by the API; a default of that name is dropped by it',
  'tolerations[].operator': 'Equal where it is not given',
  'tolerations[].exclude': EXCLUDE,
  'ports[].toolType': SHOWN,
  'ports[].toolName': SHOWN,
  'ports[].name': SHOWN,
  'ports[].exclude': EXCLUDE,
  'exposedUrls[].container': URL,
  'exposedUrls[].url': URL,
  'exposedUrls[].authorizationType': 'enforced by the gateway where `TESSERA_EXPOSED_URLS` is `tessera`',
  'exposedUrls[].authorizedUsers': PROXY,
  'exposedUrls[].authorizedGroups': PROXY,
  'exposedUrls[].toolType': SHOWN,
  'exposedUrls[].toolName': SHOWN,
  'exposedUrls[].name': SHOWN,
  'exposedUrls[].exclude': EXCLUDE,
  'relatedUrls[].url': SHOWN,
  'relatedUrls[].type': SHOWN,
  'relatedUrls[].name': SHOWN,
  'relatedUrls[].exclude': EXCLUDE,
  'compute.gpuDevicesRequest': `${SHARE}; whole devices and MIG instances are limits of the container`,
  'compute.gpuRequestType': `decides which GPU fields count; ${SHARE}`,
  'compute.gpuPortionRequest': SHARE,
  'compute.gpuPortionLimit': BURST,
  'compute.gpuMemoryRequest': SHARE,
  'compute.gpuMemoryLimit': BURST,
  'compute.migProfile':
    'limit `nvidia.com/mig-<profile>` of the container where gpuRequestType is migProfile',
  'compute.extendedResources[].exclude': EXCLUDE,
  'storage.dataVolume[].exclude': EXCLUDE,
  'storage.pvc[].name': NAMED,
  'storage.pvc[].dataSharing': 'stored and shown by the API',
  'storage.pvc[].existingPvc': 'no claim is made where it is true',
  'storage.pvc[].claimInfo.accessModes.readWriteOnce': 'true where it is not given',
  'storage.pvc[].claimInfo.addedAttrValues[].key': 'stored and shown by the API',
  'storage.pvc[].claimInfo.addedAttrValues[].value': 'stored and shown by the API',
  'storage.pvc[].exclude': EXCLUDE,
  'storage.git[].name': NAMED,
  'storage.git[].exclude': EXCLUDE,
  'storage.git[].branch': 'the ref of git-sync where no revision is given',
  'storage.configMapVolume[].name': NAMED,
  'storage.configMapVolume[].exclude': EXCLUDE,
  'storage.secretVolume[].name': NAMED,
  'storage.secretVolume[].exclude': EXCLUDE,
  'storage.nfs[].name': NAMED,
  'storage.nfs[].exclude': EXCLUDE,
  'storage.hostPath[].name': NAMED,
  'storage.hostPath[].exclude': EXCLUDE,
  'storage.emptyDirVolume[].name': NAMED,
  'storage.emptyDirVolume[].exclude': EXCLUDE,
  'servingPort.protocol': 'stored and shown by the API; the gateway speaks HTTP/1.1 to pods',
  'servingPort.authorizationType': `enforced by ${GATEWAY}; the condition ServingAccessEnforced reports it`,
  'servingPort.authorizedUsers': `enforced by ${GATEWAY}; the condition ServingAccessEnforced reports it`,
  'servingPort.authorizedGroups': `enforced by ${GATEWAY}; the condition ServingAccessEnforced reports it`,
  'servingPort.clusterLocalAccessOnly': `enforced by ${GATEWAY}; the condition ServingAccessEnforced reports it`,
  'servingPort.tessera.forwardToken': `${GATEWAY} passes the token of the caller on, where \`TESSERA_GATEWAY_TOKEN_PROJECTS\` allows it`,
  'servingPort.exposedUrl':
    'shown by the API as the address of the serving endpoint, beside that of the gateway, which serves it there where `TESSERA_EXPOSED_URLS` is `tessera`',
  'servingConfiguration.initializationTimeoutSeconds':
    'a replica that is not ready after it is stopped and started again after a delay',
  'servingConfiguration.requestTimeoutSeconds':
    'the longest time of a request through the gateway, and for those of a replica that leaves',
  'servingConfiguration.tessera.sessionCookie': AFFINITY,
  'servingConfiguration.tessera.prefixAffinity': AFFINITY,
  'autoscaling.minReplicas': SCALING,
  'autoscaling.maxReplicas': SCALING,
  'autoscaling.metric': SCALING,
  'autoscaling.metricThreshold': SCALING,
  'autoscaling.metricThresholdPercentage': SCALING,
  'autoscaling.scaleToZeroRetentionSeconds': SCALING,
  'autoscaling.initialReplicas': SCALING,
  'autoscaling.activationReplicas': SCALING,
  'autoscaling.concurrencyHardLimit': SCALING,
  'autoscaling.scaleDownDelaySeconds': SCALING,
  'autoscaling.tessera.keepAlive': SCALING,
  'autoscaling.tessera.schedules[].name': 'named by conditions and events',
  'autoscaling.tessera.schedules[].start': SCALING,
  'autoscaling.tessera.schedules[].end': SCALING,
  'autoscaling.tessera.schedules[].durationSeconds': SCALING,
  'autoscaling.tessera.schedules[].timeZone': SCALING,
  'autoscaling.tessera.schedules[].minReplicas': SCALING,
  'autoscaling.tessera.schedules[].maxReplicas': SCALING,
  'autoscaling.initializationTimeoutSeconds':
    'the same as servingConfiguration.initializationTimeoutSeconds, where that is not given',
  category: 'stored and shown by the API',
  preemptibility: 'stored and shown by the API: inference stays within what its project deserves either way',
  'imagePullSecrets[].userCredential': 'the name is that of the secret behind the credential',
  'imagePullSecrets[].exclude': EXCLUDE,
};
