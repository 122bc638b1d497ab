/** Where in the page one is. */
export type Route =
  | { readonly page: "jobs" }
  | { readonly page: "job-new" }
  | { readonly page: "job"; readonly id: string }
  | { readonly page: "datasets" }
  | { readonly page: "dataset-new" }
  | { readonly page: "dataset"; readonly id: string }
  | { readonly page: "models" }
  | { readonly page: "model"; readonly id: string }
  | { readonly page: "operations" }
  | { readonly page: "nowhere" };

const PLACES = ["jobs", "datasets", "models", "operations"] as const;
export type Place = (typeof PLACES)[number];

const SINGULAR = { jobs: "job", datasets: "dataset", models: "model" } as const;

/** The route of a path such as `/jobs/new`. */
export function parseRoute(path: string): Route {
  const [place = "", rest, ...more] = path.split("/").filter((part) => part !== "");
  if (more.length > 0) return { page: "nowhere" };
  if (place === "") return { page: "jobs" };
  if (place === "operations" && rest === undefined) return { page: "operations" };
  if (place !== "jobs" && place !== "datasets" && place !== "models") return { page: "nowhere" };
  if (rest === undefined) return { page: place };
  if (rest !== "new") return { page: SINGULAR[place], id: rest };
  return place === "models"
    ? { page: "nowhere" }
    : { page: `${SINGULAR[place]}-new` as "job-new" | "dataset-new" };
}

/** The entry of the navigation a route belongs to. */
export function placeOf({ page }: Route): Place | undefined {
  return PLACES.find((place) => page === place || page.startsWith(place.slice(0, -1)));
}
