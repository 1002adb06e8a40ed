import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type CallOptions,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type StatusObject,
  type sendUnaryData,
} from '@grpc/grpc-js';

const identity = (message: Buffer): Buffer => message;
const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
});

/** Paths of the service's methods. */
export const METHODS = {
  unary: '/tessera.Echo/Unary',
  collect: '/tessera.Echo/Collect',
  repeat: '/tessera.Echo/Repeat',
  chat: '/tessera.Echo/Chat',
  fail: '/tessera.Echo/Fail',
  never: '/tessera.Echo/Never',
} as const;

const SERVICE = {
  unary: method(METHODS.unary, false, false),
  collect: method(METHODS.collect, true, false),
  repeat: method(METHODS.repeat, false, true),
  chat: method(METHODS.chat, true, true),
  fail: method(METHODS.fail, false, false),
  never: method(METHODS.never, false, false),
};

type Unary = ServerUnaryCall<Buffer, Buffer>;
type Reply = sendUnaryData<Buffer>;

/** A gRPC server that echoes messages in every kind of call and records metadata and cancellations. */
export class GrpcEcho {
  readonly metadata: Metadata[] = [];
  cancelled = 0;
  private readonly server = new Server();

  constructor() {
    this.server.addService(SERVICE, {
      unary: (call: Unary, reply: Reply) => {
        this.metadata.push(call.metadata);
        call.sendMetadata(metadataOf({ 'x-head': 'head' }));
        reply(null, call.request, metadataOf({ 'x-trailer': 'trailer' }));
      },
      collect: (call: ServerReadableStream<Buffer, Buffer>, reply: Reply) => {
        const parts: Buffer[] = [];
        call.on('data', (part: Buffer) => parts.push(part));
        call.on('end', () => reply(null, Buffer.concat(parts)));
      },
      repeat: (call: ServerWritableStream<Buffer, Buffer>) => {
        for (let index = 0; index < 3; index += 1) call.write(call.request);
        call.end();
      },
      chat: (call: ServerDuplexStream<Buffer, Buffer>) => {
        call.on('data', (part: Buffer) => call.write(part));
        call.on('end', () => call.end());
        call.on('cancelled', () => (this.cancelled += 1));
      },
      fail: (_call: Unary, reply: Reply) =>
        reply({
          code: status.FAILED_PRECONDITION,
          details: 'not nów',
          metadata: metadataOf({ why: 'because' }),
        }),
      never: (call: Unary) => {
        this.metadata.push(call.metadata);
        call.on('cancelled', () => (this.cancelled += 1));
      },
    });
  }

  /** Listens on a free port; returns the address. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) =>
      this.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      ),
    );
  }

  close(): void {
    this.server.forceShutdown();
  }
}

export const metadataOf = (entries: Readonly<Record<string, string>>): Metadata => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
};

/** How a call ended. */
export interface Ended {
  readonly code: number;
  readonly details: string;
  readonly head: Metadata | undefined;
  readonly trailers: Metadata;
  readonly messages: readonly string[];
}

/** A gRPC client. */
export class GrpcCaller {
  private readonly client: Client;

  constructor(address: string, channel = credentials.createInsecure()) {
    this.client = new Client(address, channel);
  }

  close(): void {
    this.client.close();
  }

  unary(
    path: string,
    metadata: Readonly<Record<string, string>>,
    message = 'hello',
    options: CallOptions = {},
  ): Promise<Ended> {
    return new Promise((resolve) => {
      const messages: string[] = [];
      let head: Metadata | undefined;
      const call = this.client.makeUnaryRequest(
        path,
        identity,
        identity,
        Buffer.from(message),
        metadataOf(metadata),
        options,
        (_error: ServiceError | null, answer?: Buffer) => {
          if (answer !== undefined) messages.push(answer.toString());
        },
      );
      call.on('metadata', (received: Metadata) => (head = received));
      call.on('status', (end: StatusObject) =>
        setImmediate(() =>
          resolve({ code: end.code, details: end.details, head, trailers: end.metadata, messages }),
        ),
      );
    });
  }

  collect(metadata: Readonly<Record<string, string>>, parts: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = this.client.makeClientStreamRequest(
        METHODS.collect,
        identity,
        identity,
        metadataOf(metadata),
        (error: ServiceError | null, answer?: Buffer) =>
          error === null ? resolve(String(answer)) : reject(error),
      );
      for (const part of parts) call.write(Buffer.from(part));
      call.end();
    });
  }

  async repeat(metadata: Readonly<Record<string, string>>, message: string): Promise<readonly string[]> {
    const call = this.client.makeServerStreamRequest(
      METHODS.repeat,
      identity,
      identity,
      Buffer.from(message),
      metadataOf(metadata),
    );
    const messages: string[] = [];
    for await (const part of call) messages.push(String(part));
    return messages;
  }

  chat(metadata: Readonly<Record<string, string>>, options: CallOptions = {}) {
    return this.client.makeBidiStreamRequest(METHODS.chat, identity, identity, metadataOf(metadata), options);
  }
}
