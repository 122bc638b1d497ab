/** The token that every API of a test takes. */
export const TOKEN = "test-token-0123456789";
