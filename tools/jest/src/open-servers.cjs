const net = require('node:net');

/**
 * Servers that a file of specifications opened, by {@link net.Server.listen}, and their connections. Those that do not
 * keep the process alive (`unref`) may stay open until it ends.
 */
class OpenServers {
  #listen = net.Server.prototype.listen;
  #unref = net.Server.prototype.unref;
  #connections = new Map();

  /** Watches from now on. */
  watch() {
    const [listen, unref, opened] = [this.#listen, this.#unref, this.#connections];
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
    net.Server.prototype.unref = function () {
      opened.delete(this);
      return Reflect.apply(unref, this, []);
    };
  }

  /** Closes those that still listen, with their connections; how many there were. */
  close() {
    net.Server.prototype.listen = this.#listen;
    net.Server.prototype.unref = this.#unref;
    const left = [...this.#connections].filter(([server]) => server.listening);
    for (const [server, connections] of left) {
      server.close();
      for (const socket of connections) socket.destroy();
    }
    return left.length;
  }
}

module.exports = { OpenServers };
