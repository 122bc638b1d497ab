import { expect, test } from "vitest";
import { KaggleClient } from "./client.ts";

const mayFollow = (apiUrl: string, link: string) =>
  new KaggleClient(apiUrl, { kind: "token", token: "t" }).mayFollow(link);

test("links are followed over https, and over http only when the API itself is", () => {
  expect(mayFollow("https://api.kaggle.com", "https://storage.googleapis.com/x")).toBe(true);
  expect(mayFollow("https://api.kaggle.com", "http://169.254.169.254/x")).toBe(false);
  expect(mayFollow("https://api.kaggle.com", "file:///etc/passwd")).toBe(false);
  expect(mayFollow("http://127.0.0.1:7777", "http://127.0.0.1:7778/x")).toBe(true);
});
