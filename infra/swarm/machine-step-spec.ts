/** What is done on a machine over SSH, as plain data. */
export type MachineStepSpec = {
  /** Directory of the stack's SSH files. */
  sshDirectory: string;
  /** The machine, as the stack's SSH files know it. */
  host: string;
  /** Given to the scripts as shell variables. May be secret: they go by standard input alone. */
  variables: Readonly<Record<string, string>>;
  /** Scripts that root's sh runs; each can run twice with the same result. */
  create: string;
  delete?: string;
  /** How long a machine may take until it can be reached. */
  connectSecondsMax: number;
  timeoutSeconds: number;
};

/** A word for the shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What goes to `sudo sh -s`: the variables, then the script, which nothing can change while it runs. */
export function scriptText(script: string, variables: MachineStepSpec["variables"]): string {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}\n`);
  // A function is read whole before it runs: what it starts cannot eat the rest of the script from standard input.
  return `${assignments.join("")}step() {\n${script}\n}\nstep </dev/null\n`;
}

/** What a refused or lost connection means: whether waiting can help. */
export function isFinal(error: string): boolean {
  return /host key verification failed|identification has changed|no such file or directory/i.test(error);
}
