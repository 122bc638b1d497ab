/** The name with a hull on its ramp. */
export function Wordmark() {
  return (
    <span class="wordmark">
      <svg viewBox="0 0 32 26" aria-hidden="true">
        <path class="hull" d="M4 3h24l-4.200 9H8.200z" />
        <path class="keel" d="M8.200 12h15.600l-2.500 5.400H10.700z" />
        <path class="ramp" d="M2 24.200 30 20" />
      </svg>
      Slipway
    </span>
  );
}
