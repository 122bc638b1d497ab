import { expect, inject, test } from "vitest";
import { TEMPLATE } from "../app/testing/global-setup.ts";
import { checkAnswer, readAppQueries } from "./app-queries.ts";
import { withConnection } from "./connect.ts";
import { databaseAt } from "./postgres-url.ts";
import { checkDatabase } from "./prove.ts";
import { tableFigures } from "./table-figures.ts";

const queries = readAppQueries(new URL("../app/backup/", import.meta.url));
const url = () => databaseAt(inject("servers").postgresUrl, TEMPLATE);

/** What a backup of a database says that it holds, by its release's check query. */
const held = (check: string) =>
  withConnection(url(), async (client) => ({
    ...{ answer: await checkAnswer(client, check), tables: await tableFigures(client) },
  }));

test("a backup is asked what it was asked when it was taken, whatever a newer release asks", async () => {
  const check = "SELECT count(*) FROM datasets";
  const newer = { queries: { ...queries, check: "SELECT count(*), max(name) AS newest FROM datasets" } };
  await checkDatabase(url(), { ...(await held(check)), check }, newer);
});

test("a backup from before that was kept is asked what is asked now", async () => {
  await checkDatabase(url(), await held(queries.check), { queries });
  const other = { ...(await held(queries.check)), answer: [{ status: "queued" }] };
  await expect(checkDatabase(url(), other, { queries })).rejects.toThrow(
    expect.objectContaining({ reason: "answer-differs" }),
  );
});

test("a question that cannot be asked says nothing of the answer", async () => {
  const check = "SELECT FROM nothing";
  await expect(checkDatabase(url(), { ...(await held(queries.check)), check }, { queries })).rejects.toThrow(
    expect.objectContaining({ reason: "query-failed" }),
  );
});
