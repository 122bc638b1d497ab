import { parseArgs } from "node:util";
import { BackupError } from "./backup-error.ts";
import { isBackupId } from "./backup-id.ts";

/** What the program was asked to do. */
export type Command =
  | { do: "now"; kind: "manual" | "scheduled" }
  | { do: "create"; release: string }
  | { do: "base" }
  | { do: "prepare" }
  | { do: "list" }
  | { do: "verify"; id: string }
  | { do: "show"; to: string }
  | { do: "restore"; to: string; into: string | null }
  | { do: "schedule" };

export const USAGE = `backup now [--scheduled] | base | list | verify --id ID | restore --to ID|TIME [--into NAME] | show --to ID|TIME
restore-point create --release ID | restore --id ID | show --id ID
archive prepare | schedule`;

const OPTIONS = {
  id: { type: "string" },
  to: { type: "string" },
  into: { type: "string" },
  release: { type: "string" },
  scheduled: { type: "boolean", default: false },
} as const;

type Values = { id?: string; to?: string; into?: string; release?: string; scheduled: boolean };

const refused = (message: string) => new BackupError("refused", message);

function needed(value: string | undefined, flag: string): string {
  if (value) return value;
  throw refused(`--${flag} is missing\n${USAGE}`);
}

function idOf({ id }: Values): string {
  const given = needed(id, "id");
  if (!isBackupId(given)) throw refused(`${given} is not a backup's id`);
  return given;
}

/** Becomes a database's name: what needs no quoting, and fits. */
function newName(into: string | undefined): string | null {
  if (into === undefined) return null;
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(into))
    throw refused(`--into ${into}: a database's name has lower-case letters, digits and _, a letter first`);
  return into;
}

function releaseOf({ release }: Values): string {
  const given = needed(release, "release");
  if (!/^[\w.:-]{1,100}$/.test(given)) throw refused(`${given} is not a release's id`);
  return given;
}

const COMMANDS: Readonly<Record<string, (values: Values) => Command>> = {
  "backup now": ({ scheduled }) => ({ do: "now", kind: scheduled ? "scheduled" : "manual" }),
  "backup base": () => ({ do: "base" }),
  "archive prepare": () => ({ do: "prepare" }),
  "backup list": () => ({ do: "list" }),
  "backup verify": (values) => ({ do: "verify", id: idOf(values) }),
  "backup show": ({ to }) => ({ do: "show", to: needed(to, "to") }),
  "backup restore": ({ to, into }) => ({ do: "restore", to: needed(to, "to"), into: newName(into) }),
  "restore-point create": (values) => ({ do: "create", release: releaseOf(values) }),
  "restore-point restore": (values) => ({ do: "restore", to: idOf(values), into: null }),
  "restore-point show": (values) => ({ do: "show", to: idOf(values) }),
  schedule: () => ({ do: "schedule" }),
};

/** Reads the program's arguments. Throws a {@link BackupError} that shows what there is. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const words = positionals.join(" ");
  const read = COMMANDS[words];
  if (!read) throw refused(`there is no command "${words}"\n${USAGE}`);
  return read(values as Values);
}
