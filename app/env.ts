import { readFileSync } from "node:fs";
import { DEFAULTED, OPTIONAL_SECRETS, REQUIRED, SECRETS } from "./env-variables.ts";

export type { AppEnv } from "./env-variables.ts";

/** The environment as a process gets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Parser<Value = unknown> = (text: string) => Value;
type ParsedBy<Parsers extends Record<string, Parser>> = {
  readonly [Name in keyof Parsers]: ReturnType<Parsers[Name]>;
};

/** All settings of api and worker, checked. Names are those of the environment. */
export type Settings = ParsedBy<typeof REQUIRED> & {
  readonly [Name in keyof typeof DEFAULTED]: ReturnType<(typeof DEFAULTED)[Name]["parse"]>;
} & ParsedBy<typeof SECRETS> &
  Partial<ParsedBy<typeof OPTIONAL_SECRETS>>;

/** What the migration needs: it touches nothing but the database. */
export type MigrationSettings = Pick<
  Settings,
  "DATABASE_URL" | "APP_VERSION" | "APP_RELEASE" | "LOG_LEVEL" | "LOG_FORMAT"
>;

/** Every fault found, one a line: `NAME: what is expected`. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The environment is not usable:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

/** Exit code for a bad configuration (EX_CONFIG of sysexits.h). */
export const EXIT_BAD_CONFIGURATION = 78;

/** Reads all settings; throws one {@link EnvironmentError} naming all faults. */
export function readSettings(env: Environment): Settings {
  const reader = new Reader(env);
  const settings = {
    ...reader.required(REQUIRED),
    ...reader.defaulted(DEFAULTED),
    ...reader.secrets(SECRETS, true),
    ...reader.secrets(OPTIONAL_SECRETS, false),
  } as Settings;
  reader.check(
    Boolean(settings.KAGGLE_USERNAME) === Boolean(settings.KAGGLE_KEY),
    "KAGGLE_USERNAME and KAGGLE_KEY: give both or neither (KAGGLE_API_TOKEN stands alone)",
  );
  reader.check(
    !(settings.DB_MAX_IDLE_CONNECTIONS > settings.DB_MAX_CONNECTIONS),
    "DB_MAX_IDLE_CONNECTIONS: must not be over DB_MAX_CONNECTIONS",
  );
  reader.finish();
  return settings;
}

/** Reads what a migration needs, with the same faults. */
export function readMigrationSettings(env: Environment): MigrationSettings {
  const reader = new Reader(env);
  const { APP_VERSION, APP_RELEASE, LOG_LEVEL, LOG_FORMAT } = DEFAULTED;
  const settings = {
    ...reader.defaulted({ APP_VERSION, APP_RELEASE, LOG_LEVEL, LOG_FORMAT }),
    ...reader.secrets({ DATABASE_URL: SECRETS.DATABASE_URL }, true),
  } as MigrationSettings;
  reader.finish();
  return settings;
}

class Reader {
  readonly #env: Environment;
  readonly #faults: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  required(parsers: Record<string, Parser>): Record<string, unknown> {
    return mapEntries(parsers, (name, parse) => this.#parse(name, this.#env[name] || undefined, parse, true));
  }

  defaulted(variables: Record<string, { parse: Parser; default: string }>): Record<string, unknown> {
    return mapEntries(variables, (name, variable) =>
      this.#parse(name, this.#env[name] || variable.default, variable.parse, true),
    );
  }

  secrets(parsers: Record<string, Parser>, needed: boolean): Record<string, unknown> {
    return mapEntries(parsers, (name, parse) => {
      const before = this.#faults.length;
      const value = this.#secretText(name);
      return this.#faults.length > before ? undefined : this.#parse(name, value, parse, needed);
    });
  }

  check(holds: boolean, fault: string): void {
    if (!holds) this.#faults.push(fault);
  }

  finish(): void {
    if (this.#faults.length > 0) throw new EnvironmentError(this.#faults);
  }

  #parse(name: string, value: string | undefined, parse: Parser, needed: boolean): unknown {
    if (value === undefined) {
      if (needed) this.#faults.push(`${name}: must be given${name in SECRETS ? ` (or ${name}_FILE)` : ""}`);
      return undefined;
    }
    try {
      return parse(value);
    } catch (error) {
      this.#faults.push(`${name}: ${(error as Error).message}`);
      return undefined;
    }
  }

  #secretText(name: string): string | undefined {
    const path = this.#env[`${name}_FILE`] || undefined;
    const value = this.#env[name] || undefined;
    if (path === undefined) return value;
    if (value !== undefined) {
      this.#faults.push(`${name}: given twice, as ${name} and as ${name}_FILE`);
      return undefined;
    }
    try {
      return readFileSync(path, "utf8").trim() || undefined;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
      this.#faults.push(`${name}_FILE: cannot read ${path} (${code})`);
      return undefined;
    }
  }
}

function mapEntries<Value>(
  record: Record<string, Value>,
  map: (name: string, value: Value) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]));
}
