import { inputAt, type JudgedResource, type Policy } from "./policy.ts";

const SSH_PORT = 22;
/** Ranges with fewer fixed bits are nearly everywhere. */
const PREFIX_BITS_MIN = 8;

const RULE_TYPE = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule";
const LIST_TYPES = ["oci:Core/securityList:SecurityList", "oci:Core/defaultSecurityList:DefaultSecurityList"];

function isWide(source: unknown): boolean {
  if (typeof source !== "string" || !source.includes("/")) return false;
  return Number(source.split("/")[1]) < PREFIX_BITS_MIN;
}

/** Whether a rule lets SSH in: by its port, or by not saying any. */
function coversSsh(rule: unknown): boolean {
  const protocol = inputAt(rule, "protocol");
  if (protocol !== "6" && protocol !== "all") return false;
  const range = inputAt(rule, "tcpOptions", "destinationPortRange") ?? inputAt(rule, "tcpOptions");
  const min = inputAt(range, "min") ?? 0;
  const max = inputAt(range, "max") ?? 65_535;
  return Number(min) <= SSH_PORT && SSH_PORT <= Number(max);
}

function rulesOf({ type, inputs }: JudgedResource): unknown[] {
  if (type === RULE_TYPE) return inputs.direction === "INGRESS" ? [inputs] : [];
  const listed = LIST_TYPES.includes(type) ? inputs.ingressSecurityRules : [];
  return Array.isArray(listed) ? listed : [];
}

export const sshIsForAdministrators: Policy = {
  title: "SSH is let in from administrators' addresses only",
  fault(resource) {
    const open = rulesOf(resource).find((rule) => coversSsh(rule) && isWide(inputAt(rule, "source")));
    if (!open) return undefined;
    return `lets SSH in from ${inputAt(open, "source")}: name the addresses of those who administer the machines`;
  },
};
