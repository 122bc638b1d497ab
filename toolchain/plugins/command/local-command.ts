import { ProcessError, type ProcessOutput, runProcess } from "./run-process.ts";
import { holdsSecret, plain, redacted, secret, secretTexts } from "./values.ts";

/** Properties as the engine sends them: secrets wrapped. */
export type Properties = Record<string, unknown>;

/** Shows a line of a command's output to the user, at its resource. */
export type ShowLine = (text: string) => void;

/** The inputs of command:local:Command and of command:local:run, with the marks of secrets taken off. */
interface LocalInputs {
  create?: string;
  update?: string;
  delete?: string;
  command?: string;
  interpreter?: string[];
  dir?: string;
  environment?: Record<string, string>;
  stdin?: string;
  logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none";
  addPreviousOutputInEnv?: boolean;
  assetPaths?: string[];
  archivePaths?: string[];
}

/** What a run before has written, as it stands in the state. */
interface Previous {
  stdout?: string;
  stderr?: string;
}

const INTERPRETER = process.platform === "win32" ? ["cmd", "/C"] : ["/bin/sh", "-c"];
const SHOWN_ON_FAILURE_LINES_MAX = 50;

/**
 * Runs one of a resource's commands. Returns its properties: the inputs as they came, with stdout and stderr, which are
 * secret as soon as any input is. Where the command is not given nothing runs and both are empty.
 */
export async function runLocal(
  which: "create" | "update" | "delete" | "command",
  inputs: Properties,
  previous: Properties,
  show: ShowLine,
): Promise<Properties> {
  const values = plain(inputs) as LocalInputs;
  refuseAssets(values);
  const command = which === "update" ? (values.update ?? values.create) : values[which];
  const output = command
    ? await run(command, values, plain(previous) as Previous, secretTexts(inputs), show)
    : { stdout: "", stderr: "" };
  const mark = holdsSecret(inputs) ? secret : (text: string) => text;
  return { ...inputs, stdout: mark(output.stdout), stderr: mark(output.stderr) };
}

function refuseAssets({ assetPaths = [], archivePaths = [] }: LocalInputs): void {
  if (assetPaths.length + archivePaths.length === 0) return;
  throw new Error(
    "assetPaths and archivePaths need the official command plugin: this one was made without downloads. " +
      "Read the files in the program instead.",
  );
}

async function run(
  command: string,
  inputs: LocalInputs,
  previous: Previous,
  secrets: string[],
  show: ShowLine,
): Promise<ProcessOutput> {
  const { logging = "stdoutAndStderr" } = inputs;
  try {
    return await runProcess({
      interpreter: inputs.interpreter?.length ? inputs.interpreter : INTERPRETER,
      command,
      dir: inputs.dir,
      environment: { ...previousOutput(inputs, previous), ...inputs.environment },
      stdin: inputs.stdin,
      line(text, stream) {
        if (logging === stream || logging === "stdoutAndStderr") show(redacted(text, secrets));
      },
    });
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    throw new Error(redacted(failureText(command, error, logging), secrets));
  }
}

function previousOutput(inputs: LocalInputs, previous: Previous): Record<string, string> {
  if (inputs.addPreviousOutputInEnv === false || previous.stdout === undefined) return {};
  return { PULUMI_COMMAND_STDOUT: previous.stdout, PULUMI_COMMAND_STDERR: previous.stderr ?? "" };
}

function failureText(command: string, { message, output }: ProcessError, logging: string): string {
  const lines = logging === "none" ? [] : `${output.stdout}\n${output.stderr}`.trim().split("\n");
  return [`${message}: running "${command}":`, ...lines.slice(-SHOWN_ON_FAILURE_LINES_MAX)].join("\n");
}
