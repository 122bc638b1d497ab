import { ApiError, invalidParameter } from "./api-error.ts";
import { isQuotaStatement } from "./limits.ts";
import { addPlain, type Cloud, type ResourceType, TAGS } from "./resource-type.ts";
import type { Properties } from "./tenancy-state.ts";

/** Lower limits that the tenancy sets itself: what is over them is refused, whoever asks. */
export const quotaPolicy: ResourceType = {
  token: "oci:Limits/quota:Quota",
  kind: "quota",
  service: "Limits Quota",
  noun: "Quota",
  required: ["compartmentId", "description", "statements"],
  fixed: ["compartmentId", "locks", "name"],
  updatable: [...TAGS, "description", "statements"],
  create(cloud, inputs) {
    requireStatements(cloud, inputs);
    if (cloud.tenancy.of("quota").some(({ properties }) => properties.name === inputs.name))
      throw new ApiError(409, "QuotaAlreadyExists", `Quota with name ${inputs.name} already exists`);
    return addPlain(cloud.tenancy, quotaPolicy, { ...inputs, state: "ACTIVE" });
  },
  update: (cloud, _record, news) => requireStatements(cloud, news),
};

function requireStatements({ tenancy }: Cloud, { compartmentId, statements = [] }: Properties): void {
  if (compartmentId !== undefined && compartmentId !== tenancy.state.tenancyOcid)
    throw invalidParameter("Quotas must be created in the root compartment");
  const wrong = (statements as string[]).find((statement) => !isQuotaStatement(statement));
  if (wrong) throw invalidParameter(`Failed to parse statement: ${wrong}`);
}
