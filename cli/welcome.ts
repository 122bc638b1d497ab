/** The local stack's outputs that an operator wants to see first. */
export type StackOutputs = { url: string; apiToken: string };

/** What is shown at the end of `npm run up`: where everything is and what to do with it. */
export function renderWelcome({ url, apiToken }: StackOutputs, elapsed: string): string {
  return `
Slipway is up (${elapsed}).

  Page    ${url}
  API     ${url}/api/v1   described by ${url}/api/v1/openapi.json
  Token   ${apiToken}

Try next
  Open the page, give it the token, drop in a text file and start a job.
  curl -H "Authorization: Bearer ${apiToken}" ${url}/api/v1/jobs
  npx pulumi preview --stack local     what an up would change
  npm run down                         stop everything; the data stays
`;
}
