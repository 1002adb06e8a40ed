import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the local platform stores the process id of each service. */
const PID_FILES: Readonly<Record<string, string>> = {
  broker: 'kafka/broker.pid',
  'kube-apiserver': 'kubernetes/kube-apiserver.pid',
  etcd: 'kubernetes/etcd.pid',
};

/** Processes of a local platform by the names of its services. */
export class Processes {
  constructor(private readonly home: string) {}

  /** Process id of a service. Throws while it does not run. */
  pidOf(service: string): number {
    const file = join(this.home, PID_FILES[service] ?? `run/${service}.pid`);
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly pid: number }).pid;
  }

  kill(service: string): void {
    process.kill(this.pidOf(service), 'SIGKILL');
  }

  /** Suspends a service with all its children; the returned function resumes them. */
  stop(service: string): () => void {
    const pids = withChildren(this.pidOf(service));
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    return () => {
      for (const pid of pids)
        try {
          process.kill(pid, 'SIGCONT');
        } catch {
          // It has ended meanwhile.
        }
    };
  }
}

/** A process and its children: sessions of Postgres are processes of their own. */
function withChildren(parent: number): readonly number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === parent);
  return [parent, ...children.map(Number)];
}

/** Field 4 of proc_pid_stat(5); the name in field 2 may hold spaces. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
