import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

interface Props {
  readonly title: string;
  readonly above?: { readonly label: string; readonly to: string };
  readonly lead?: ComponentChildren;
  /** Buttons and links of the page. */
  readonly children?: ComponentChildren;
}

/** A page's title, the way back to its list, and what can be done here. Also names the browser's tab. */
export function PageHead({ title, above, lead, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Slipway`;
  }, [title]);
  return (
    <header class="page-head">
      <div class="page-head-words">
        {above && (
          <a class="page-above" href={above.to}>
            {above.label}
          </a>
        )}
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <div class="lead">{lead}</div>}
      </div>
      {children && <div class="page-actions">{children}</div>}
    </header>
  );
}
