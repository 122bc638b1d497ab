/** A file of the write-ahead log in a repository. */
export type Segment = {
  /** Which server's log it is of, as pgBackRest numbers them. */
  archive: string;
  /** 24 hexadecimal digits. */
  name: string;
  /** Unix seconds. */
  archivedAt: number;
};

/** Segments that follow one another without a gap: what was written in their time can be brought back. */
export type Run = { archive: string; timeline: string; first: number; last: number; archivedAt: number };

/** A log file has 256 segments of 16 MB, the size that the stack's servers are made with. */
const SEGMENTS_PER_FILE = 256;

/** The segment's place in its timeline. */
export function segmentNumber(name: string): number {
  return Number.parseInt(name.slice(8, 16), 16) * SEGMENTS_PER_FILE + Number.parseInt(name.slice(16), 16);
}

/** The runs that segments make up, in their order. */
export function runsOf(segments: readonly Segment[]): Run[] {
  const runs: Run[] = [];
  const key = ({ archive, name }: Segment) => `${archive} ${name}`;
  for (const segment of segments.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))) {
    const [timeline, number] = [segment.name.slice(0, 8), segmentNumber(segment.name)];
    const { archive, archivedAt } = segment;
    const before = runs.at(-1);
    const follows = before?.archive === archive && before.timeline === timeline && before.last + 1 === number;
    if (before && follows) Object.assign(before, { last: number, archivedAt });
    else runs.push({ archive, timeline, archivedAt, first: number, last: number });
  }
  return runs;
}

/** A base backup: a copy of all the server's files, from which its log leads on. */
export type Base = {
  label: string;
  archive: string;
  /** The segments without which it cannot be used. */
  firstSegment: string;
  lastSegment: string;
  /** Unix seconds. */
  stoppedAt: number;
  /** Of the server's files. */
  bytes: number;
};

/** The run that a base backup lies in; undefined where its own segments are not all there. */
export function runOf({ archive, firstSegment, lastSegment }: Base, runs: readonly Run[]): Run | undefined {
  return runs.find(
    (run) =>
      run.archive === archive &&
      run.timeline === firstSegment.slice(0, 8) &&
      run.first <= segmentNumber(firstSegment) &&
      segmentNumber(lastSegment) <= run.last,
  );
}

/** Times that can be gone back to, in Unix seconds. `to` is null where the log goes on. */
export type Range = { from: number; to: number | null };

/** The moment from which a base backup serves: its end is known to the second. */
export function servesFrom({ stoppedAt }: Base): number {
  return stoppedAt + 1;
}

/** The ranges that good base backups and the log open up, the oldest first. */
export function rangesOf(bases: readonly Base[], runs: readonly Run[]): Range[] {
  const newest = runs.at(-1);
  return runs.flatMap((run) => {
    const inside = bases.filter((base) => runOf(base, runs) === run).map(servesFrom);
    if (inside.length === 0) return [];
    return [{ from: Math.min(...inside), to: run === newest ? null : run.archivedAt }];
  });
}
