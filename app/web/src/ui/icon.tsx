const PATHS = {
  dataset:
    "M4 6c0-1.4 3.6-2.5 8-2.5S20 4.6 20 6s-3.6 2.5-8 2.5S4 7.4 4 6Zm0 0v12c0 1.4 3.6 2.5 8 2.5s8-1.1 8-2.5V6M4 12c0 1.4 3.6 2.5 8 2.5s8-1.1 8-2.5",
  job: "M4 8h16l-2.4 6H6.4L4 8Zm8 0V3.5M8 20.5l13-2.2M3 21.3l2-.3",
  model: "M12 3 20 7.5v9L12 21l-8-4.5v-9L12 3Zm0 9 8-4.5M12 12v9m0-9L4 7.5",
  operations: "M3 13h4l2.5-7 4 13 2.5-6h5",
  plus: "M12 5v14M5 12h14",
  download: "M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M5 20h14",
  upload: "M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M5 20h14",
  cancel: "M6 6l12 12M18 6 6 18",
  remove: "M5 7h14M10 7V4.5h4V7m-7.5 0 .8 12.5h9.4L17.500 7",
  arrow: "M5 12h14m0 0-5.500-5.500M19 12l-5.500 5.500",
  check: "M5 12.500 10 17.500 19.500 7",
  warning: "M12 4 21.500 20h-19L12 4Zm0 6v4.500m0 2.600v.1",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17ZM12 8v4.500l3 2",
  copy: "M9 9h10v11H9zM5 15V4h10",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v1.500m0 15V21m9-9h-1.500m-15 0H3m15.400-6.400-1.100 1.100M6.700 17.300l-1.100 1.100m0-12.800 1.100 1.100m10.600 10.600 1.100 1.100",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10Z",
  system: "M4 5h16v11H4zM9 20h6m-3-4v4",
  leave: "M14 4H5v16h9M10 12h10m0 0-4-4m4 4-4 4",
  spark: "M12 4v5m0 6v5m-8-8h5m6 0h5M7 7l2.500 2.500m5 5L17 17M17 7l-2.500 2.500m-5 5L7 17",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing beside a word; screen readers pass over it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
