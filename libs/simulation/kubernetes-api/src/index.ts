export { DirectClient } from './client/direct-client';
export { selfSigned, type Certificate } from './http/certificate';
export { DualServer } from './http/dual-server';
export { keepCertificate, storedCertificate, writeKubeconfig } from './kubeconfig';
export { ApiServer } from './server';
