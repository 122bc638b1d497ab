/** An error that the operator can do something about: shown as its message alone, which says what. */
export class OperatorError extends Error {
  override name = "OperatorError";
}
