/**
 * The Pulumi CLI. The newest whose Go module the module proxy serves as source is 3.258.0; from 3.260.0 on it answers
 * "not available". 3.256 broke state on S3-compatible stores, so newer is not better below 3.260.
 */
export const PULUMI_CLI_VERSION = "3.253.0";

/** The providers' plugins; each must equal the version of its npm package (a test compares). */
export const PLUGIN_VERSIONS = { docker: "5.2.0", command: "1.2.1" } as const;

/** The oldest Go that builds the modules in toolchain/; from 1.21 on Go fetches a newer itself where it may. */
export const GO_VERSION_MIN = "1.25.11";
