/** Something about this machine that its user must put right. The message says what is wrong and what to do. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}
