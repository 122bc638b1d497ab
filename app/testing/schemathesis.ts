import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TOKEN } from "./token.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The same requests each time, so that a green run is not luck; a failed one names this too. */
const SEED = 1;

/** Ids that exist, so that the fuzzer gets past "there is no such …" in most of its requests. */
export interface KnownIds {
  readonly datasets: readonly string[];
  readonly jobs: readonly string[];
  readonly models: readonly string[];
}

export interface FuzzOptions {
  /** Of the API, without a path. */
  readonly url: string;
  /** The OpenAPI document as text. */
  readonly document: string;
  readonly known: KnownIds;
  /** Requests for each operation and kind of body, at most. */
  readonly examplesMax: number;
  /** Only this operation. */
  readonly operationId?: string;
}

export interface FuzzOutcome {
  readonly exitCode: number;
  /** What Schemathesis says, each failure with a command that repeats it. */
  readonly text: string;
}

/** Sends valid and invalid requests, made from the document, to each operation, and holds each answer against it. */
export async function fuzz(options: FuzzOptions): Promise<FuzzOutcome> {
  const prepare = ["toolchain/main.ts", "prepare", "--only", "schemathesis"];
  execFileSync(process.execPath, prepare, { cwd: ROOT, stdio: "pipe" });
  const folder = mkdtempSync(join(tmpdir(), "slipway-contract-"));
  try {
    writeFileSync(join(folder, "openapi.json"), options.document);
    writeFileSync(join(folder, "schemathesis.toml"), renderConfig(options));
    const chosen = options.operationId ? ["--include-operation-id", options.operationId] : [];
    const child = spawn(
      join(ROOT, ".slipway/bin/schemathesis"),
      ["run", "openapi.json", "--url", options.url, ...chosen],
      { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, COLUMNS: "200" } },
    );
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        text += chunk;
      });
    }
    const [exitCode] = await once(child, "close");
    return { exitCode, text };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Schemathesis's settings. A 422 to a well-formed body is right: the schema cannot know which datasets are ready.
 * Parameters that the document does not know are left to the corpus of bad input: one whose value is an empty list
 * leaves no trace in the address, and Schemathesis calls its acceptance a fault. Where it follows one answer to the
 * next operation, it may follow a `null` as the id "None", which is refused, rightly.
 */
export function renderConfig({ known, examplesMax }: Pick<FuzzOptions, "known" | "examplesMax">): string {
  const bindings = [
    ["/datasets/", "path.id", "datasets"],
    ["/jobs$", "body.dataset_id", "datasets"],
    ["/jobs/", "path.id", "jobs"],
    ["/models/", "path.id", "models"],
  ];
  return [
    `seed = ${SEED}`,
    "continue-on-failure = true",
    "color = false",
    `headers = { Authorization = "Bearer ${TOKEN}" }`,
    "generation.allow-extra-parameters = false",
    `generation.max-examples = ${examplesMax}`,
    'checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]',
    "phases.stateful.checks.positive_data_acceptance.enabled = false",
    ...Object.entries(known).map(([name, ids]) => `dictionaries.${name}.values = ${JSON.stringify(ids)}`),
    ...bindings.flatMap(([path, parameter, dictionary]) => [
      "[[operations]]",
      `include-path-regex = "${path}"`,
      `parameters = { "${parameter}" = { dictionary = "${dictionary}", probability = 0.7 } }`,
    ]),
  ].join("\n");
}
