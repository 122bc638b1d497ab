import { request } from "node:https";

/** A stack that is served over TLS by its name, at an address that no name server knows of. */
export type ProdSite = {
  domain: string;
  address: string;
  /** The authority of its certificate, PEM. */
  authority: string;
  token: string;
};

export type SiteAnswer = { status: number; type: string; text: string };

type Asked = { method?: string; body?: string; headers?: Record<string, string> };

const TIMEOUT_MS = 10_000;

/** Asks the site as a browser would: the certificate must be the domain's, by the authority. */
export function askSite(site: ProdSite, path: string, { method = "GET", ...asked }: Asked = {}) {
  const { domain: servername, address: host, authority: ca, token } = site;
  const headers = { host: servername, authorization: `Bearer ${token}`, ...asked.headers };
  return new Promise<SiteAnswer>((resolve, reject) => {
    const options = { host, servername, ca, path, method, headers, timeout: TIMEOUT_MS, agent: false };
    const asking = request(options, async (answer) => {
      const text = (await answer.setEncoding("utf8").toArray()).join("");
      resolve({ status: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "", text });
    });
    asking.once("timeout", () => asking.destroy(new Error(`${path}: no answer within ${TIMEOUT_MS} ms`)));
    asking.once("error", reject).end(asked.body);
  });
}
