/** What stands under a heading of a document, up to the next one that is as high; all of it where none is named. */
export function sectionOf(document: string, heading?: string): string {
  if (heading === undefined) return document;
  const sections = document.split(/^(?=## )/m);
  const found = sections.find((section) => section.startsWith(`## ${heading}\n`));
  if (found === undefined) throw new Error(`The document has no section "${heading}"`);
  return found;
}

/** The fenced blocks of a section in one language, in their order. */
export function blocksOf(document: string, language: string, heading?: string): string[] {
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms");
  return [...sectionOf(document, heading).matchAll(fenced)].map(([, block = ""]) => block);
}

/** The commands that a section has people type, in their order, one a line. */
export function commandsOf(document: string, heading?: string): string[] {
  return blocksOf(document, "sh", heading).flatMap((block) => block.trim().split("\n"));
}

/** A text of a document with each placeholder replaced by what one has in its place. */
export function filledIn(text: string, yours: Readonly<Record<string, string>>): string {
  return Object.entries(yours).reduce(
    (filled, [placeholder, own]) => filled.replaceAll(placeholder, own),
    text,
  );
}
