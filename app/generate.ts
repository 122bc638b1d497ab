/** node app/generate.ts model.safetensors [--prompt TEXT] [--length N] [--temperature T] [--seed N] */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { generate, readModel } from "./core/language-model/language-model.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prompt: { type: "string", default: "\n" },
    length: { type: "string", default: "300" },
    temperature: { type: "string", default: "0.7" },
    seed: { type: "string", default: "1" },
  },
});
const [file] = positionals;
if (!file) {
  process.stderr.write("Name the downloaded file: node app/generate.ts model.safetensors --prompt 'Once'\n");
  process.exit(64);
}
const model = readModel(await readFile(file));
const options = {
  length: Number(values.length),
  temperature: Number(values.temperature),
  seed: Number(values.seed),
};
process.stdout.write(`${values.prompt.trimStart()}${generate(model, values.prompt, options)}\n`);
