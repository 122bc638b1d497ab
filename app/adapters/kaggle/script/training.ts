/** Python: the training of `core/language-model/training.ts`, the file of `language-model.ts`, and the order of things. */
export const TRAINING_PY = `
HELD_OUT_SAMPLES_MAX = 4_000


def make_vocabulary(text):
    """The most frequent characters, in order of their code; the order is that of UTF-16."""
    code = lambda character: character.encode("utf-16-be", "surrogatepass")
    counts = collections.Counter(text)
    frequent = sorted(counts, key=lambda character: (-counts[character], code(character)))
    return sorted(frequent[:255], key=code)


def train(network, train_ids, held_out_ids, random):
    """Learns for all epochs; says how it goes after each. Returns the last losses."""
    samples_per_epoch = min(len(train_ids), JOB["samples_per_epoch_max"])
    held_out_count = min(len(held_out_ids), HELD_OUT_SAMPLES_MAX)
    held_out_positions = [sample * len(held_out_ids) // held_out_count for sample in range(held_out_count)]
    train_loss = held_out_loss = math.nan
    for epoch in range(JOB["epochs"]):
        samples, loss_sum = 0, 0.0
        while samples < samples_per_epoch:
            batch = min(JOB["batch_size"], samples_per_epoch - samples)
            positions = [random.below(len(train_ids)) for _ in range(batch)]
            progress = (epoch + samples / samples_per_epoch) / JOB["epochs"]
            loss_sum += sum(network.learn(train_ids, positions, JOB["learning_rate"] * (1 - 0.9 * progress)))
            samples += batch
        train_loss = loss_sum / samples
        held_out_loss = sum(network.losses(held_out_ids, held_out_positions)) / held_out_count
        say(f"Epoch {epoch + 1}/{JOB['epochs']}: train loss {train_loss:.4f}, held-out loss {held_out_loss:.4f}.")
    return train_loss, held_out_loss


def model_file(network, characters):
    """A safetensors file that the page and the local executor's reader can use."""
    size = len(characters) + 1
    shapes = [[size, EMBEDDING], [CONTEXT * EMBEDDING, HIDDEN], [HIDDEN], [HIDDEN, size], [size]]
    names = ["embedding", "hidden.weight", "hidden.bias", "output.weight", "output.bias"]
    facts = {"base_model": JOB["base_model"], "parameters": JOB["parameters"], "format": "slipway-char-mlp-1"}
    facts |= {"shape": json.dumps(JOB["shape"]), "characters": json.dumps(characters)}
    header, body = {"__metadata__": facts}, b""
    for name, shape, values in zip(names, shapes, network.flat()):
        data = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def main():
    rows = read_rows(find_dataset().decode("utf-8-sig"))
    used = fitting(rows)
    if len(used) < len(rows):
        say(f"Only {len(used)} of {len(rows)} rows fit and are used.")
    train_text, held_out_text = split(used)
    say(f"{len(used)} rows, {len(train_text)} characters to learn, {len(held_out_text)} held out.")
    characters = make_vocabulary(train_text)
    place = {character: index + 1 for index, character in enumerate(characters)}
    encode = lambda text: bytes(place.get(character, 0) for character in text)
    random = SeededRandom(JOB["seed"])
    tables = random_tables(len(characters) + 1, random)
    network = ArrayNetwork(tables) if numpy else PlainNetwork(tables)
    weights = sum(map(len, network.flat()))
    way = f"numpy {numpy.__version__}" if numpy else "plain Python"
    say(f"Starting: {weights} weights, {len(characters) + 1} characters, with {way}.")
    train_loss, held_out_loss = train(network, encode(train_text), encode(held_out_text), random)
    file = model_file(network, characters)
    with open("model.safetensors", "wb") as output:
        output.write(file)
    report = {
        "job_id": JOB["job_id"],
        "dataset_sha256": JOB["dataset_sha256"],
        "model": {
            "file": "model.safetensors",
            "bytes": len(file),
            "sha256": hashlib.sha256(file).hexdigest(),
        },
        "metrics": {
            "epochs": JOB["epochs"],
            "weights": weights,
            "vocabulary": len(characters) + 1,
            "train_characters": len(train_text),
            "train_loss": train_loss,
            "held_out_loss": held_out_loss,
            "held_out_perplexity": math.exp(held_out_loss),
        },
    }
    with open("metrics.json", "w") as output:
        json.dump(report, output, indent=2)
    say(f"Done: {len(file)} bytes.")


try:
    main()
except JobIsWrong as error:
    print(f"job is wrong: {error}", file=sys.stderr, flush=True)
    sys.exit(3)
`;
