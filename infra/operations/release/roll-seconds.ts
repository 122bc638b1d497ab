/**
 * How long services may take to become what they were asked to be, or to be again what they were: it is the same work.
 * All of them change side by side, the replicas of one after another, each with its start, its health and Swarm's watch:
 * 32, the most there may be, take 8 minutes. A database that stops and starts takes up to 5.
 */
export const ROLL_SECONDS_MAX = 900;
