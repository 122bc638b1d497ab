/** What a doctor's look at one thing found. A warning mends itself at the next up; a fault needs the operator. */
export type Finding = {
  about: string;
  state: "ok" | "warning" | "fault";
  /** What is, or what is wrong and what to do. */
  text: string;
};

export const ok = (about: string, text: string): Finding => ({ about, state: "ok", text });
export const warning = (about: string, text: string): Finding => ({ about, state: "warning", text });
export const fault = (about: string, text: string): Finding => ({ about, state: "fault", text });
