/** A machine as SSH reaches it. */
export type SshMachine = {
  name: string;
  /** Its public address. */
  host: string;
  /** Its own public key: `ssh-ed25519 AAAA…`. */
  hostKey: string;
  /** Ports on its loopback address that are reached at the same port of this machine's. */
  forwardedPorts: readonly number[];
};

export type SshConfigArgs = {
  user: string;
  /** Directory of the files below; absolute. */
  directory: string;
  /** Directory of the sockets of open connections; its path is short, since the system limits it. */
  socketDirectory: string;
  machines: readonly SshMachine[];
};

export const SSH_FILES = {
  config: "config",
  key: "key",
  previousKey: "previous-key",
  knownHosts: "known_hosts",
  program: "bin/ssh",
} as const;

/** Host keys, strictly: a machine with another key is none of ours. */
export function renderKnownHosts(machines: readonly SshMachine[]): string {
  return machines.map(({ host, hostKey }) => `${host} ${hostKey}\n`).join("");
}

function hostSection({ name, host, forwardedPorts }: SshMachine): string {
  const forwards = forwardedPorts.map((port) => `  LocalForward 127.0.0.1:${port} 127.0.0.1:${port}\n`);
  return `Host ${name}\n  HostName ${host}\n\nHost ${host} ${name}\n  HostKeyAlias ${host}\n${forwards.join("")}\n`;
}

/**
 * OpenSSH's configuration for a stack's machines. One connection a machine carries everything, Docker's many calls
 * included, and stays open for a while.
 */
export function renderSshConfig({ user, directory, socketDirectory, machines }: SshConfigArgs): string {
  return `${machines.map(hostSection).join("")}Host *
  User ${user}
  IdentityFile "${directory}/${SSH_FILES.key}"
  IdentityFile "${directory}/${SSH_FILES.previousKey}"
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile "${directory}/${SSH_FILES.knownHosts}"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  HostKeyAlgorithms ssh-ed25519
  PreferredAuthentications publickey
  BatchMode yes
  ConnectTimeout 10
  ServerAliveInterval 15
  ServerAliveCountMax 4
  ControlMaster auto
  ControlPath "${socketDirectory}/%C"
  ControlPersist 10m
  LogLevel ERROR
`;
}

/** A program that stands before the real ssh in PATH, for clients that cannot be told a configuration. */
export function renderSshProgram(directory: string): string {
  return `#!/bin/sh
PATH=$(printf %s "$PATH" | sed 's#${directory}/bin:##g')
exec ssh -F "${directory}/${SSH_FILES.config}" "$@"
`;
}
