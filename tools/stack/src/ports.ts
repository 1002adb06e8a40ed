/** Offset of each port from `TESSERA_PORT_BASE`. */
export const PORT_OFFSETS = {
  api: 0,
  gateway: 1,
  metrics: 2,
  scheduler: 3,
  kubernetes: 4,
  postgres: 5,
  kafka: 6,
  kafkaController: 7,
  etcd: 8,
  etcdPeer: 9,
  kubelets: 10,
  prometheus: 11,
  controllers: 12,
  gatewayAdmin: 13,
  apiAdmin: 14,
  metricsAdmin: 15,
  schedulerAdmin: 16,
  secondGateway: 17,
  secondGatewayAdmin: 18,
  secondScheduler: 19,
  secondSchedulerAdmin: 20,
} as const;

export type PortName = keyof typeof PORT_OFFSETS;
export type Ports = Readonly<Record<PortName, number>>;

/** Every port of a local platform. */
export const portsFrom = (base: number): Ports =>
  Object.fromEntries(Object.entries(PORT_OFFSETS).map(([name, offset]) => [name, base + offset])) as Ports;
