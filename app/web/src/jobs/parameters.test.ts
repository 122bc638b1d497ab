import { describe, expect, test } from "vitest";
import document from "../../../openapi.json" with { type: "json" };
import { BASE_MODELS, PARAMETERS, parameterFault } from "./parameters.ts";

describe("the form's parameters", () => {
  const { base_model, parameters } = document.components.schemas.NewJob.properties;

  test("have the bounds and defaults of the API's document", () => {
    const said = Object.entries(parameters.properties).map(([name, schema]) => [
      name,
      {
        initial: schema.default,
        min: schema.minimum,
        max: schema.maximum,
        isWhole: schema.type === "integer",
      },
    ]);
    expect(PARAMETERS).toMatchObject(Object.fromEntries(said));
    expect(Object.keys(PARAMETERS).sort()).toEqual(Object.keys(parameters.properties).sort());
  });

  test("offer the base models of the API's document", () => {
    expect(Object.keys(BASE_MODELS)).toEqual(base_model.enum);
  });
});

describe("parameterFault", () => {
  test.each([
    ["epochs", "5", undefined],
    ["epochs", "2.5", "Enter a whole number."],
    ["epochs", "0", "Must be between 1 and 100."],
    ["learning_rate", "1e-3", undefined],
    ["learning_rate", "fast", "Enter a number."],
    ["seed", " ", "Enter a number."],
  ] as const)("%s of %j: %s", (name, text, fault) => {
    expect(parameterFault(name, text)).toBe(fault);
  });
});
