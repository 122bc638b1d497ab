import {
  linkTo,
  type RecordedRelease,
  type ReleaseManifest,
} from "../../infra/operations/release/manifest.ts";
import { OperatorError } from "../operator-error.ts";

export type ChooseArgs = {
  stack: string;
  /** The ledger, the oldest first. Its order alone says what came before what: no clock is asked. */
  releases: readonly RecordedRelease[];
  /** Id of the release that is asked for; undefined for the one before. */
  to: string | undefined;
  /** Whether what runs is what the newest release has recorded; it is not after an up that failed. */
  runsNewest: boolean;
};

type Releases = readonly RecordedRelease[];

const idOf = ({ manifest }: RecordedRelease) => manifest.id;

function find(releases: Releases, id: string | null): RecordedRelease | undefined {
  return releases.find((release) => idOf(release) === id);
}

/** The release whose content another one runs: a rollback has that of the release that it went back to. */
function contentOf(releases: Releases, release: RecordedRelease): RecordedRelease {
  const { of } = release.manifest;
  const original = of === null ? undefined : find(releases, of);
  return original ? contentOf(releases, original) : release;
}

/** The release before the one that runs, past rollbacks: going back twice goes back two releases. */
function before(releases: Releases, newest: RecordedRelease): RecordedRelease | undefined {
  const running = contentOf(releases, newest);
  const found = releases[releases.indexOf(running) - 1];
  return found && contentOf(releases, found);
}

function named({ stack, releases, to }: ChooseArgs): RecordedRelease {
  const found = find(releases, to ?? null);
  if (!found)
    throw new OperatorError(
      `Stack ${stack} has no release ${to}; see: npx slipway releases --stack ${stack}. Nothing was changed.`,
    );
  return found;
}

/** Refuses a record that is not what it was when the one after it was written: it could name any image. */
function refuseChanged(releases: Releases, release: RecordedRelease): void {
  const next = releases.find(({ manifest }) => manifest.number === release.manifest.number + 1);
  const link = next?.manifest.previous;
  if (!link || link.sha256 === linkTo(release).sha256) return;
  throw new OperatorError(
    `The record of ${idOf(release)} was changed after it was written, so it says nothing that can be relied on. Choose another release with --to. Nothing was changed.`,
  );
}

/** The release to go back to. Throws an OperatorError where there is none, or none that can be trusted. */
export function chooseRelease(args: ChooseArgs): ReleaseManifest {
  const { stack, releases, to, runsNewest } = args;
  const newest = releases.at(-1);
  if (!newest)
    throw new OperatorError(`Stack ${stack} has no release to go back to: none was ever recorded.`);
  // What runs is of no release: the newest recorded one is the last that was good.
  const last = runsNewest ? before(releases, newest) : newest;
  const chosen = to === undefined ? last : named(args);
  if (!chosen)
    throw new OperatorError(
      `${idOf(newest)} is the first release of stack ${stack}: there is none before it. Nothing was changed.`,
    );
  const content = contentOf(releases, chosen);
  refuseChanged(releases, content);
  return content.manifest;
}
