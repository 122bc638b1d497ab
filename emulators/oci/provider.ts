import type { Account } from "./account.ts";
import { requireAuthenticated } from "./account.ts";
import type { ApiCalls } from "./api-calls.ts";
import { withProfile } from "./config-file.ts";
import { type Difference, difference } from "./diff.ts";
import { FUNCTIONS } from "./functions.ts";
import { requireWithinLimits } from "./limits.ts";
import type { NetworkCards } from "./network-cards.ts";
import { addPlain, type Cloud, type ResourceType, requireReferences } from "./resource-type.ts";
import { typeOfUrn } from "./resource-types.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";
import { holdsUnknown } from "./values.ts";

/** Inputs that are told in part: what is left out stays as it is. */
const PARTIAL = ["shapeConfig", "createVnicDetails", "sourceDetails"];

export interface ProviderParts {
  cloud: Cloud;
  calls: ApiCalls;
  cards: NetworkCards;
  account: Account;
  /** Where `.oci/config` is. */
  home: string;
}

/** What the real provider of `@pulumi/oci` does, over a tenancy of the emulator. */
export class OciProvider {
  readonly #parts: ProviderParts;
  /** Oracle's settings: tenancy, user, key, region. */
  settings: Properties = {};

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /** What is wrong with a resource's inputs, before anything is asked of the cloud. */
  check(urn: string, news: Properties): { property: string; reason: string }[] {
    const type = typeOfUrn(urn);
    const known = [...type.required, ...type.fixed, ...type.updatable];
    const unknown = Object.keys(news).filter((name) => !known.includes(name) && !name.startsWith("__"));
    const missing = type.required.filter((name) => news[name] === undefined);
    return [
      ...unknown.map((property) => ({ property, reason: `${type.token} has no such input` })),
      ...missing.map((property) => ({ property, reason: "Missing required property" })),
    ];
  }

  diff(urn: string, olds: Properties, oldInputs: Properties, news: Properties): Difference {
    return difference(typeOfUrn(urn), olds, oldInputs, news);
  }

  async create(urn: string, inputs: Properties, preview: boolean): Promise<{ id: string; outs: Properties }> {
    const type = typeOfUrn(urn);
    if (preview) return { id: "", outs: { ...inputs, ...type.planned?.(inputs) } };
    const { cloud } = this.#parts;
    const record = await this.#operate(type, "create", nameOf(urn), async () => {
      requireReferences(cloud.tenancy, type, inputs);
      return type.create ? await type.create(cloud, inputs) : addPlain(cloud.tenancy, type, inputs);
    });
    return { id: record.id, outs: this.#outs(type, record) };
  }

  async read(
    id: string,
    urn: string,
    oldInputs: Properties,
  ): Promise<{ id: string; outs: Properties; inputs: Properties }> {
    const type = typeOfUrn(urn);
    const record = await this.#operate(type, "read", id, async () => this.#parts.cloud.tenancy.find(id));
    if (record?.kind !== type.kind) return { id: "", outs: {}, inputs: {} };
    const outs = this.#outs(type, record);
    const names =
      Object.keys(oldInputs).length > 0 ? Object.keys(oldInputs) : [...type.fixed, ...type.updatable];
    const inputs = names.filter((name) => outs[name] !== undefined).map((name) => [name, outs[name]]);
    return { id, outs, inputs: { ...oldInputs, ...Object.fromEntries(inputs) } };
  }

  async update(
    id: string,
    urn: string,
    olds: Properties,
    news: Properties,
    preview: boolean,
  ): Promise<Properties> {
    const type = typeOfUrn(urn);
    if (preview) return { ...olds, ...news };
    const { cloud } = this.#parts;
    const record = cloud.tenancy.need(id, type.kind);
    await this.#operate(type, "update", id, async () => {
      requireReferences(cloud.tenancy, type, news);
      const properties = merged(record.properties, news);
      requireWithinLimits(cloud.tenancy, { id, kind: type.kind, properties });
      await type.update?.(cloud, record, news);
      cloud.tenancy.change(record, merged(record.properties, news));
    });
    return this.#outs(type, record);
  }

  async delete(id: string, urn: string): Promise<void> {
    const type = typeOfUrn(urn);
    const { cloud } = this.#parts;
    await this.#operate(type, "delete", id, async () => {
      const record = cloud.tenancy.find(id);
      if (record) await (type.remove ? type.remove(cloud, record) : cloud.tenancy.remove(record));
    });
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const name = token.split(":").at(-1) ?? "";
    const answer = FUNCTIONS[token];
    if (!answer)
      throw new Error(`The emulator of Oracle Cloud has no ${token}: add it to emulators/oci/functions.ts.`);
    if (holdsUnknown(args)) return {};
    const operation = { operation: `${name[0]?.toUpperCase()}${name.slice(1)}`, service: name, subject: "" };
    const { calls, cloud } = this.#parts;
    return plainJson({
      ...args,
      id: name,
      ...(await calls.call(operation, async () => this.#authenticated(() => answer(cloud.tenancy, args)))),
    });
  }

  async #operate<T>(
    type: ResourceType,
    verb: "create" | "read" | "update" | "delete",
    subject: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const usual = { create: "Create", read: "Get", update: "Update", delete: "Delete" }[verb];
    const special = verb === "create" || verb === "delete" ? type.operations?.[verb] : undefined;
    const operation = { operation: special ?? `${usual}${type.noun}`, service: type.service, subject };
    const result = await this.#parts.calls.call(operation, () => this.#authenticated(work));
    if (verb !== "read") await this.#parts.cards.bringUpToDate();
    return result;
  }

  #authenticated<T>(work: () => T): T {
    const { account, home } = this.#parts;
    requireAuthenticated(account, withProfile(this.settings, home));
    return work();
  }

  #outs(type: ResourceType, record: ResourceRecord): Properties {
    return plainJson({ ...record.properties, ...type.view?.(this.#parts.cloud.tenancy, record) });
  }
}

function merged(before: Properties, news: Properties): Properties {
  const joined = PARTIAL.filter((name) => news[name] !== undefined).map((name) => [
    name,
    { ...(before[name] as object | undefined), ...(news[name] as object) },
  ]);
  return { ...before, ...news, ...Object.fromEntries(joined) };
}

/** The value as it travels: without what is undefined. */
function plainJson(value: Properties): Properties {
  return JSON.parse(JSON.stringify(value)) as Properties;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
