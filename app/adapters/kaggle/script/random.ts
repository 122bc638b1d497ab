/** Python: the generator of `core/language-model/random.ts` (mulberry32), number for number. */
export const RANDOM_PY = `
class SeededRandom:
    """The same seed gives the same numbers on every machine."""

    def __init__(self, seed):
        self.state = seed & 0xFFFFFFFF

    def next(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 15)) * (mixed | 1)) & 0xFFFFFFFF
        mixed ^= (mixed + (mixed ^ (mixed >> 7)) * (mixed | 61)) & 0xFFFFFFFF
        return (mixed ^ (mixed >> 14)) / 4_294_967_296

    def below(self, end):
        return int(self.next() * end)

    def normal(self):
        return sum(self.next() for _ in range(12)) - 6
`;
