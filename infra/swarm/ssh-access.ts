import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import {
  renderKnownHosts,
  renderSshConfig,
  renderSshProgram,
  SSH_FILES,
  type SshConfigArgs,
  type SshMachine,
} from "./ssh-config.ts";

export type SshAccessArgs = {
  /** The checkout's directory. */
  root: string;
  stack: string;
  user: string;
  privateKey: string;
  /** The key before it was rotated, until every machine knows the new one. */
  previousPrivateKey?: string;
  machines: readonly SshMachine[];
};

/** The directory of a stack's SSH files, below the checkout; git does not see it. */
export function sshDirectory(root: string, stack: string): string {
  return join(root, ".slipway/ssh", stack);
}

/** A directory for sockets that belongs to this user alone. Throws where somebody else was there first. */
function ownSocketDirectory(directory: string): string {
  const short = createHash("sha256").update(directory).digest("hex").slice(0, 8);
  const path = join(tmpdir(), `slipway-ssh-${process.getuid?.() ?? 0}-${short}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid } = lstatSync(path);
  if (process.getuid && uid !== process.getuid())
    throw new Error(`${path} belongs to another user: remove it`);
  chmodSync(path, 0o700);
  return path;
}

/** At once: somebody may be reading it. */
function write(file: string, text: string, mode: number): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode });
  chmodSync(`${file}.new`, mode);
  renameSync(`${file}.new`, file);
}

/**
 * Writes what OpenSSH needs to reach a stack's machines: configuration, key, host keys. Safe to do at every run; so any
 * operator with the stack's secrets has it. `ssh -F .slipway/ssh/<stack>/config node-1` then is a shell.
 */
export function writeSshAccess({ root, stack, user, machines, ...keys }: SshAccessArgs): void {
  const directory = resolve(sshDirectory(root, stack));
  const args: SshConfigArgs = { user, directory, machines, socketDirectory: ownSocketDirectory(directory) };
  write(join(directory, SSH_FILES.key), keys.privateKey, 0o600);
  if (keys.previousPrivateKey) write(join(directory, SSH_FILES.previousKey), keys.previousPrivateKey, 0o600);
  else rmSync(join(directory, SSH_FILES.previousKey), { force: true });
  write(join(directory, SSH_FILES.knownHosts), renderKnownHosts(machines), 0o600);
  write(join(directory, SSH_FILES.program), renderSshProgram(directory), 0o700);
  write(join(directory, SSH_FILES.config), renderSshConfig(args), 0o600);
}
