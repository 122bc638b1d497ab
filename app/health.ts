/** The containers' health check: exit 0 when this process answers on its port. */
const url = `http://127.0.0.1:${process.env.PORT || "8080"}/health/live`;
const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
