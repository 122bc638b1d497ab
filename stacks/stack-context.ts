/** What a stack's program is given by the process it runs in. */
export type StackContext = {
  /** The checkout's directory, from where the program runs. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
};
