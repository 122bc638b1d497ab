import * as pulumi from "@pulumi/pulumi";

/**
 * Settings that cannot be used: every fault at once, one a line, each saying what is wrong and what to do.
 * Pulumi prints its message alone, without a stack trace.
 */
export class ConfigError extends pulumi.RunError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}
