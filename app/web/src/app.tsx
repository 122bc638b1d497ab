import { useEffect, useRef } from "preact/hooks";
import { DatasetDetail } from "./datasets/dataset-detail.tsx";
import { DatasetList } from "./datasets/dataset-list.tsx";
import { DatasetNew } from "./datasets/dataset-new.tsx";
import { JobDetail } from "./jobs/job-detail.tsx";
import { JobList } from "./jobs/job-list.tsx";
import { JobNew } from "./jobs/job-new.tsx";
import { ModelDetail } from "./models/model-detail.tsx";
import { ModelList } from "./models/model-list.tsx";
import { Operations } from "./operations/operations.tsx";
import { signOut, token } from "./session/token.ts";
import { TokenGate } from "./session/token-gate.tsx";
import { announcement } from "./shell/announce.ts";
import { focusHeading } from "./shell/focus-heading.ts";
import { address, route } from "./shell/location.ts";
import { Navigation } from "./shell/navigation.tsx";
import { PauseBanner } from "./shell/pause-banner.tsx";
import type { Route } from "./shell/route.ts";
import { ThemeButton } from "./shell/theme-button.tsx";
import { Wordmark } from "./shell/wordmark.tsx";
import { Icon } from "./ui/icon.tsx";
import { PageHead } from "./ui/page-head.tsx";
import { Empty } from "./ui/states.tsx";

/** The whole page: asks for the token, then shows the place the address names. */
export function App() {
  return token.value === undefined ? <TokenGate /> : <Frame />;
}

function Frame() {
  const { path } = address.value;
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      scrollTo(0, 0);
      focusHeading();
    }
    isFirst.current = false;
  }, [path]);
  return (
    <div class="frame">
      <a class="skip-link" href="#content">
        Skip to content
      </a>
      <header class="rail">
        <a class="rail-home" href="/">
          <Wordmark />
        </a>
        <Navigation />
        <div class="tools">
          <ThemeButton />
          <button type="button" class="tool" onClick={() => signOut()} title="Forget the token">
            <Icon name="leave" />
            <span>Sign out</span>
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <PauseBanner />
        <Page key={path} route={route.value} />
      </main>
      <div class="sr-only" role="status" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}

function Page({ route: current }: { route: Route }) {
  switch (current.page) {
    case "jobs":
      return <JobList />;
    case "job-new":
      return <JobNew />;
    case "job":
      return <JobDetail id={current.id} />;
    case "datasets":
      return <DatasetList />;
    case "dataset-new":
      return <DatasetNew />;
    case "dataset":
      return <DatasetDetail id={current.id} />;
    case "models":
      return <ModelList />;
    case "model":
      return <ModelDetail id={current.id} />;
    case "operations":
      return <Operations />;
    default:
      return <Nowhere />;
  }
}

function Nowhere() {
  return (
    <>
      <PageHead title="Nothing at this address" />
      <Empty icon="warning" title="The link may be old or mistyped.">
        <a class="button" href="/jobs">
          Go to jobs
        </a>
      </Empty>
    </>
  );
}
