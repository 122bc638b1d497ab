/**
 * Python: finds the dataset, splits it into rows and puts some aside.
 * The same rules as `core/dataset-rows.ts` and `core/language-model/split.ts`; the content was checked at upload.
 */
export const ROWS_PY = String.raw`
class JobIsWrong(Exception):
    """The job itself is at fault; trying again would not help."""


def find_dataset():
    """The dataset's bytes, wherever the input is mounted, known by their hash."""
    for top in ("../input", "/kaggle/input"):
        for folder, _, names in os.walk(top):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                if hashlib.sha256(data).hexdigest() == JOB["dataset_sha256"]:
                    return data
    raise RuntimeError("the dataset is not among the kernel's inputs")


BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


def read_rows(text):
    """The text of each row, in order."""
    if JOB["format"] == "csv":
        csv.field_size_limit(1_100_000)
        table = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
        header = [name.strip(BLANKS).lower() for name in table[0]]
        return [row_text(dict(zip(header, row))) for row in table[1:]]
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    lines = [line for line in lines if line.strip(BLANKS)]
    if JOB["format"] == "text":
        return lines
    return [row_text(json.loads(line)) for line in lines]


def row_text(row):
    if isinstance(row.get("text"), str):
        return row["text"]
    if isinstance(row.get("prompt"), str) and isinstance(row.get("completion"), str):
        return row["prompt"] + "\n" + row["completion"]
    return "\n".join(f"{message['role']}: {message['content']}" for message in row.get("messages", []))


def fitting(rows):
    """The rows that fit into the characters a job may use."""
    taken, characters = [], 0
    for row in rows:
        if characters + len(row) <= JOB["characters_max"]:
            characters += len(row)
            taken.append(row)
    return taken


def split(rows):
    """Text to learn from and text held out, chosen by the seed."""
    if len(rows) < 2:
        raise JobIsWrong("The dataset needs at least 2 rows: one is held out to measure.")
    random = SeededRandom(JOB["seed"] ^ 0x5EED)
    order = list(range(len(rows)))
    for last in range(len(rows) - 1, 0, -1):
        other = random.below(last + 1)
        order[last], order[other] = order[other], order[last]
    held = set(order[: max(1, math.floor(JOB["held_out_fraction"] * len(rows) + 0.5))])
    if len(held) == len(rows):
        held.discard(order[0])
    train = "\n".join(row for index, row in enumerate(rows) if index not in held)
    held_out = "\n".join(row for index, row in enumerate(rows) if index in held)
    least = JOB["train_characters_min"]
    if len(train) < least or not held_out:
        raise JobIsWrong(
            f"The dataset is too small: at least {least} characters are needed for training, {len(train)} are there."
        )
    return train, held_out
`;
