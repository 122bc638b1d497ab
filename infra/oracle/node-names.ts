/** The name of a stack's machine, as a resource, as a host and as a node of the swarm. */
export function nodeName(number: number): string {
  return `node-${number}`;
}

/** The machine with the data, and with the address that people know. */
export const LEAD_NODE = nodeName(1);
