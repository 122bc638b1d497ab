interface Props {
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly onMore: () => void;
}

/** Asks for the next page of a list. */
export function More({ hasMore, isBusy, onMore }: Props) {
  if (!hasMore) return null;
  return (
    <p class="more">
      <button type="button" class="button button-quiet" disabled={isBusy} onClick={onMore}>
        {isBusy ? "Loading …" : "Show older"}
      </button>
    </p>
  );
}
