import { beforeEach, describe, expect, test } from "vitest";
import { exampleSpec, FakeEngine } from "./fake-engine.ts";
import { readNote, writeNote } from "./notes.ts";
import { refuse } from "./refuse.ts";
import { begin } from "./run-begin.ts";
import { refuseService, roll } from "./run-roll.ts";

let engine: FakeEngine;

const is = (asked: string) => {
  for (const name of ["shop-backend", "shop-worker"]) engine.services.set(name, exampleSpec(name, asked));
};
const now = () =>
  [...engine.services.values()].map(({ TaskTemplate }) => TaskTemplate.ContainerSpec?.Env?.[0]);
const replicas = (Replicas: number) => ({ Mode: { Replicated: { Replicas } } });
const failed = { gate: "verify", reason: "the page is no HTML", lines: "it leaks" };

beforeEach(() => {
  engine = new FakeEngine();
  is("old");
});

/** A release that has begun, rolled, and fails. */
async function refusedRelease(key = "aaaaaaaaaaaa"): Promise<string> {
  await begin(engine.context(key, {}));
  is("new");
  return refuse(engine.context(key, {}), failed).catch((error: Error) => error.message);
}

describe("a release that fails", () => {
  test("puts every service back, and says what was wrong and what can be done", async () => {
    const message = await refusedRelease();
    expect(now()).toEqual(["SLIPWAY_SPEC=old", "SLIPWAY_SPEC=old"]);
    expect(message).toMatch(
      /Release r1-aaaaaaa is refused at verify: the page is no HTML\. Its last lines:\nit leaks/,
    );
    expect(message).toMatch(/Put back as before: shop-backend, shop-worker\./);
    expect(message).toMatch(/slipway:release\.attempt 2 --stack local/);
  });

  test("touches no service that has not changed", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    engine.services.set("shop-worker", exampleSpec("shop-worker", "new"));
    await expect(refuse(engine.context("aaaaaaaaaaaa", {}), failed)).rejects.toThrow();
    expect(engine.updated).toEqual(["shop-worker"]);
  });

  test("puts them back though Swarm itself changes one at the same moment", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    engine.changesBetween = 3;
    await expect(refuse(engine.context("aaaaaaaaaaaa", {}), failed)).rejects.toThrow(
      /Put back as before: shop-backend, shop-worker\./,
    );
    expect(now()).toEqual(["SLIPWAY_SPEC=old", "SLIPWAY_SPEC=old"]);
  });

  test("puts the others back where one cannot be, and says both that and why it was refused", async () => {
    engine.stuck.add("shop-backend");
    const message = await refusedRelease();
    expect(now()).toEqual(["SLIPWAY_SPEC=new", "SLIPWAY_SPEC=old"]);
    expect(message).toMatch(
      /is refused at verify: the page is no HTML.*Not all services are as before: shop-backend cannot be updated: no such network/s,
    );
  });

  test("puts them back though the engine does not answer for a moment", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    engine.isFlaky = true;
    await expect(refuse(engine.context("aaaaaaaaaaaa", {}), failed)).rejects.toThrow(
      /Put back as before: shop-backend, shop-worker\./,
    );
  });

  test("leaves the services where the release before cannot work on the schema any more", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    const migrations = [{ name: "0002-b.sql", compatible: false }];
    const { notes } = engine.context("", {});
    await writeNote(notes, "schema", {
      before: "0001-a.sql",
      after: "0002-b.sql",
      migrations,
      restorePoint: "b1",
    });
    await expect(refuse(engine.context("aaaaaaaaaaaa", {}), failed)).rejects.toThrow(
      /left as they are.*0002-b\.sql.*--restore-data.*restore point b1/s,
    );
    expect(engine.updated).toEqual([]);
  });
});

describe("after a release was refused", () => {
  test("the same is refused again before anything changes", async () => {
    await refusedRelease();
    engine.updated.length = 0;
    await expect(begin(engine.context("aaaaaaaaaaaa", {}))).rejects.toThrow(
      /was refused at verify .*another try/s,
    );
    expect(engine.updated).toEqual([]);
  });

  test("what a kill has left undone of it is done first", async () => {
    await refusedRelease();
    engine.services.set("shop-worker", exampleSpec("shop-worker", "new"));
    await expect(begin(engine.context("aaaaaaaaaaaa", {}))).rejects.toThrow(
      /Put back as before: shop-worker/,
    );
    expect(now()).toEqual(["SLIPWAY_SPEC=old", "SLIPWAY_SPEC=old"]);
  });

  test("another may begin, and would go back to the same as the one before", async () => {
    await refusedRelease();
    await begin(engine.context("bbbbbbbbbbbb", {}));
    const begun = await readNote(engine.context("", {}).notes, "begun");
    expect(begun).toMatchObject({
      key: "bbbbbbbbbbbb",
      before: { "shop-worker": exampleSpec("shop-worker", "old") },
    });
  });

  test("another try asks for what was put back, which the state takes for done", async () => {
    await refusedRelease();
    const services = { "shop-backend": "new", "shop-worker": "new" };
    await begin(engine.context("cccccccccccc", {}, services));
    await roll(engine.context("cccccccccccc", {}, services));
    expect(now()).toEqual(["SLIPWAY_SPEC=new", "SLIPWAY_SPEC=new"]);
  });
});

describe("after a release was killed", () => {
  test("the same goes on, and would go back to what was before it", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    await begin(engine.context("aaaaaaaaaaaa", {}));
    expect((await readNote(engine.context("", {}).notes, "begun"))?.before["shop-worker"]).toEqual(
      exampleSpec("shop-worker", "old"),
    );
  });

  test("another goes back to what was before the killed one too, not to the killed one", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    await begin(engine.context("bbbbbbbbbbbb", {}));
    expect((await readNote(engine.context("", {}).notes, "begun"))?.before["shop-worker"]).toEqual(
      exampleSpec("shop-worker", "old"),
    );
  });
});

describe("a roll", () => {
  test("goes on though the engine does not answer for a moment", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    engine.isFlaky = true;
    const asked = { "shop-backend": "new", "shop-worker": "new" };
    const { figures } = await roll(engine.context("aaaaaaaaaaaa", {}, asked));
    expect(figures).toEqual({ services: 2 });
  });

  test("refuses a service that is something else than was asked, and puts all of them back", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    engine.services.set("shop-backend", exampleSpec("shop-backend", "new"));
    const asked = { "shop-backend": "new", "shop-worker": "newer" };
    await expect(roll(engine.context("aaaaaaaaaaaa", {}, asked))).rejects.toThrow(
      /: worker: it is not what this release asks for/,
    );
    expect(now()).toEqual(["SLIPWAY_SPEC=old", "SLIPWAY_SPEC=old"]);
  });
});

describe("a service that is waited for by itself, since others need it,", () => {
  const asked = { "shop-backend": "new", "shop-worker": "new" };

  test("has the release refused with what the engine says of it, and all services put back", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    engine.services.set("shop-backend", exampleSpec("shop-backend", "new"));
    const context = engine.context("aaaaaaaaaaaa", {}, asked);
    await expect(refuseService(context, "worker", "rollback completed")).rejects.toThrow(
      /refused at roll: worker: it is not what this release asks for.*Put back as before: shop-backend/s,
    );
    expect(now()).toEqual(["SLIPWAY_SPEC=old", "SLIPWAY_SPEC=old"]);
  });

  test("with the error it gave up with, where it does not get there in time", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    engine.services.set("shop-worker", { ...exampleSpec("shop-worker", "new"), ...replicas(2) });
    const context = engine.context("aaaaaaaaaaaa", {}, asked);
    await expect(refuseService(context, "worker", "did not converge after 3m0s\n", 0)).rejects.toThrow(
      /refused at roll: worker: did not converge after 3m0s \(worker: 1 of 2 healthy\)\. Put back as before/,
    );
  });

  test("has nothing refused where it was only slow: the same may go on", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    is("new");
    const context = engine.context("aaaaaaaaaaaa", {}, asked);
    await refuseService(context, "worker", "did not converge after 3m0s");
    expect(engine.said).toEqual(["worker was slow, and is there now: the same up goes on."]);
    await begin(context);
    expect(now()).toEqual(["SLIPWAY_SPEC=new", "SLIPWAY_SPEC=new"]);
  });

  test("may be the second that fails in one up: what was before both stays known to the release after", async () => {
    await begin(engine.context("aaaaaaaaaaaa", {}));
    const context = engine.context("aaaaaaaaaaaa", {}, { "shop-backend": "x", "shop-worker": "x" });
    is("new");
    await expect(refuseService(context, "worker", "failed")).rejects.toThrow(/Release r1-aaaaaaa is refused/);
    await expect(refuseService(context, "backend", "failed")).rejects.toThrow(
      /Release r1-aaaaaaa is refused/,
    );
    await begin(engine.context("bbbbbbbbbbbb", {}));
    is("newer");
    await expect(refuse(engine.context("bbbbbbbbbbbb", {}), failed)).rejects.toThrow("Put back as before");
    expect(now()).toEqual(["SLIPWAY_SPEC=old", "SLIPWAY_SPEC=old"]);
  });
});
