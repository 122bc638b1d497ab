/** Also stands before the start of the text. */
export const UNKNOWN = 0;
const CHARACTERS_MAX = 255;

/** The characters a model knows; each has its place as a number from 1, and 0 is every other one. */
export class Vocabulary {
  readonly characters: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(characters: readonly string[]) {
    this.characters = characters;
    this.#ids = new Map(characters.map((character, index) => [character, index + 1]));
  }

  /** The most frequent characters of the text, in order of their code. */
  static of(text: string): Vocabulary {
    const counts = new Map<string, number>();
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    const frequent = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    return new Vocabulary(
      frequent
        .slice(0, CHARACTERS_MAX)
        .map(([character]) => character)
        .sort(),
    );
  }

  /** With the unknown one. */
  get size(): number {
    return this.characters.length + 1;
  }

  encode(text: string): Uint8Array {
    // Character by character: a list of them all takes thirty times their memory.
    const ids = new Uint8Array(text.length);
    let count = 0;
    for (const character of text) {
      ids[count] = this.#ids.get(character) ?? UNKNOWN;
      count += 1;
    }
    return ids.slice(0, count);
  }

  decode(id: number): string {
    return this.characters[id - 1] ?? "\uFFFD";
  }
}
