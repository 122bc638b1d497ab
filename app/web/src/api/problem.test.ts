import { describe, expect, test } from "vitest";
import { ApiProblem, isUndecided, noAnswer, parseRetryAfter, readProblem, toProblem } from "./problem.ts";

function head(status: number, headers: Record<string, string> = {}) {
  return { status, header: (name: string) => headers[name] ?? null };
}

describe("readProblem", () => {
  test("keeps the faults of a problem document", () => {
    const body = {
      type: "about:blank",
      title: "Unprocessable Content",
      status: 422,
      detail: "bad line",
      request_id: "r1",
    };
    const problem = readProblem(head(422), { ...body, errors: [{ path: "line 3", message: "not JSON" }] });
    expect(problem).toMatchObject({ status: 422, message: "bad line", requestId: "r1" });
    expect(problem.faults).toEqual([{ path: "line 3", message: "not JSON" }]);
  });

  test("says something plain when a proxy answered with a page", () => {
    const problem = readProblem(head(502, { "x-request-id": "r2" }), "<html>");
    expect(problem).toMatchObject({ message: "The service is not available just now.", requestId: "r2" });
  });

  test("knows how long to wait", () => {
    expect(readProblem(head(429, { "retry-after": "12" }), undefined).retryAfterSeconds).toBe(12);
  });
});

describe("parseRetryAfter", () => {
  test.each([
    [null, undefined],
    ["0", 0],
    ["soon", undefined],
    ["Thu, 01 Jan 1970 00:00:05 GMT", 4],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ])("%s is %s seconds", (value, seconds) => {
    expect(parseRetryAfter(value, 1_500)).toBe(seconds);
  });
});

describe("isUndecided", () => {
  test.each([0, 408, 429, 500, 503, 504])("%s leaves open what became of a request", (status) => {
    expect(isUndecided(new ApiProblem(status, "", ""))).toBe(true);
  });

  test.each([400, 401, 404, 409, 413, 422])("%s does not", (status) => {
    expect(isUndecided(new ApiProblem(status, "", ""))).toBe(false);
  });

  test("what the user has stopped does not", () => {
    expect(isUndecided(new DOMException("stopped", "AbortError"))).toBe(false);
  });
});

describe("toProblem", () => {
  test("a failed fetch is no answer", () => {
    expect(toProblem(new TypeError("Failed to fetch"))).toEqual(noAnswer());
  });
});
