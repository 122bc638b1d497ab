import { BackupError, type Reason } from "../backup-error.ts";
import { STANZA } from "../config.ts";
import { type Outcome, runProgram } from "../run-program.ts";

/** Both copies of the first file that it reads, which are never written at once, cannot be decrypted. */
export const WRONG_KEY = /unable to load info file[\s\S]*(FormatError|CryptoError)/;

/** What its words mean, the first that fits. */
const MEANINGS: readonly (readonly [RegExp, Reason])[] = [
  [/no space left on device/i, "disk-full"],
  [/DbConnectError|unable to find primary cluster/, "database-unreachable"],
  [/was not archived before/, "not-archived"],
  [WRONG_KEY, "wrong-key"],
  [/HostConnectError|HTTP request failed|unable to get address|ServiceError|TLS error/, "store-unreachable"],
  [/checksum|corrupt|CryptoError|FormatError/i, "damaged"],
];

/** The line that says what went wrong, without what follows it: whole HTTP answers, or bytes of a file. */
export function faultLine(said: string): string {
  const line = /^ERROR: \[\d+\]: (.*)$/m.exec(said)?.[1] ?? said.trim().split("\n").at(-1) ?? "";
  return line.replace(/[^\x20-\x7e]/g, "?").replace(/:$/, "");
}

/** What pgBackRest's words mean, as a failure of ours; `otherwise` is what they mean where nothing fits. */
export function pgBackRestError(what: string, { stderr, stdout }: Outcome, otherwise: Reason): BackupError {
  const said = stderr.trim() || stdout;
  const reason = MEANINGS.find(([pattern]) => pattern.test(said))?.[1] ?? otherwise;
  const advice =
    reason === "wrong-key"
      ? ": it was encrypted with another key: give the stack the one it had (backupKey)"
      : "";
  return new BackupError(reason, `${what}: ${faultLine(said)}${advice}`);
}

/** Runs pgBackRest, by a configuration file and with a way to the database in its environment. */
export class PgBackRest {
  readonly #env: Readonly<Record<string, string>>;
  readonly #flags: readonly string[];

  constructor(configFile: string, env: Readonly<Record<string, string>>) {
    this.#env = env;
    this.#flags = [`--config=${configFile}`, `--stanza=${STANZA}`];
  }

  /** The words that run it; nothing in them is secret. */
  command(args: readonly string[]): string[] {
    return ["pgbackrest", ...this.#flags, ...args];
  }

  /** Returns what it prints; `what` is the subject of an error. */
  async run(what: string, args: readonly string[], otherwise: Reason = "unforeseen"): Promise<string> {
    const [program = "", ...words] = this.command(args);
    const outcome = await runProgram(program, words, { env: this.#env });
    if (outcome.exitCode !== 0) throw pgBackRestError(what, outcome, otherwise);
    return outcome.stdout;
  }
}
