const net = require('node:net');

/** Servers that a file of specifications opened, by {@link net.Server.listen}, and their connections. */
class OpenServers {
  #listen = net.Server.prototype.listen;
  #connections = new Map();

  /** Watches from now on. */
  watch() {
    const [listen, opened] = [this.#listen, this.#connections];
    net.Server.prototype.listen = function (...args) {
      if (!opened.has(this)) {
        const connections = new Set();
        opened.set(this, connections);
        this.on('connection', (socket) => {
          connections.add(socket);
          socket.once('close', () => connections.delete(socket));
        });
      }
      return Reflect.apply(listen, this, args);
    };
  }

  /** Closes those that still listen, with their connections; how many there were. */
  close() {
    net.Server.prototype.listen = this.#listen;
    const left = [...this.#connections].filter(([server]) => server.listening);
    for (const [server, connections] of left) {
      server.close();
      for (const socket of connections) socket.destroy();
    }
    return left.length;
  }
}

module.exports = { OpenServers };
