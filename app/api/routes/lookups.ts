import { Problem } from "../../core/problem.ts";

export function noSuch(noun: "dataset" | "job" | "model"): never {
  throw new Problem(404, `There is no such ${noun}.`);
}
