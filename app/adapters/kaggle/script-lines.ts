/** The line the training script prints after each epoch. */
export function epochOf(line: string): { done: number; total: number } | undefined {
  const match = /^epoch (\d+)\/(\d+)\b/i.exec(line.trim());
  return match ? { done: Number(match[1]), total: Number(match[2]) } : undefined;
}

/** The line by which the script says that the job itself is wrong. */
export function faultOf(line: string): string | undefined {
  return /^job is wrong: (.+)$/.exec(line.trim())?.[1];
}
