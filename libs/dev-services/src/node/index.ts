export { IMAGES } from './images';
export { findNode, type NodeInstallation } from './installation';
export { removeLeftNode, startNode, type FakeDevice } from './node';
