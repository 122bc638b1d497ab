/** node health.js: exits with 0 when the program in this container is well. */
import { readFileSync } from "node:fs";
import { type CertificatesConfig, CONFIG_PATH } from "./config.ts";

const { statusPort }: CertificatesConfig = JSON.parse(readFileSync(CONFIG_PATH, "utf8"));
const { ok } = await fetch(`http://127.0.0.1:${statusPort}/healthz`);
process.exitCode = ok ? 0 : 1;
