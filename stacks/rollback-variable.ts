/** The variable that makes an `up` a rollback: path of the manifest of the release to go back to. */
export const ROLLBACK_VARIABLE = "SLIPWAY_ROLLBACK";
