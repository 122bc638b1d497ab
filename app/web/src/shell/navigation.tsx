import { Icon, type IconName } from "../ui/icon.tsx";
import { route } from "./location.ts";
import { type Place, placeOf } from "./route.ts";

const ENTRIES: readonly { place: Place; label: string; icon: IconName }[] = [
  { place: "jobs", label: "Jobs", icon: "job" },
  { place: "datasets", label: "Datasets", icon: "dataset" },
  { place: "models", label: "Models", icon: "model" },
  { place: "operations", label: "Operations", icon: "operations" },
];

/** The four places of the page: a rail at the side, a bar at the bottom of small screens. */
export function Navigation() {
  const current = placeOf(route.value);
  return (
    <nav class="navigation" aria-label="Main">
      <ul>
        {ENTRIES.map(({ place, label, icon }) => (
          <li key={place}>
            <a href={`/${place}`} aria-current={place === current ? "page" : undefined}>
              <Icon name={icon} />
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
