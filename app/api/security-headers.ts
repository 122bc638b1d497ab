import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "helmet";

/**
 * What helmet sets on every answer. Nothing of it depends on the request, so helmet is asked once, at the start:
 * its Fastify plugin builds its whole chain anew for each request, which cost more than the rest of our hooks together.
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const recorder = {
    setHeader(name: string, value: string) {
      headers[name.toLowerCase()] = value;
    },
    removeHeader() {},
  };
  const chain = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { "default-src": ["'none'"], "frame-ancestors": ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: "same-site" },
    // The edge terminates TLS and says this for the whole site.
    strictTransportSecurity: false,
    // For documents, not for data. `frame-ancestors` says more than X-Frame-Options.
    crossOriginOpenerPolicy: false,
    xFrameOptions: false,
    xXssProtection: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xDnsPrefetchControl: false,
    originAgentCluster: false,
  });
  chain({} as IncomingMessage, recorder as unknown as ServerResponse, (error?: unknown) => {
    if (error) throw error;
  });
  return headers;
}
