/**
 * Python: the network of `core/language-model/network.ts` with its Adam optimiser, once with numpy (which Kaggle has)
 * and once without, so that the script runs anywhere. Both learn from a batch of positions at a time.
 */
export const NETWORK_PY = `
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
CONTEXT, EMBEDDING, HIDDEN = JOB["shape"]["context"], JOB["shape"]["embedding"], JOB["shape"]["hidden"]


def random_tables(vocabulary, random):
    """Weights as tables of rows, drawn in the order of the file: small, scaled by each layer's inputs."""

    def table(rows, columns, scale):
        return [[scale * random.normal() for _ in range(columns)] for _ in range(rows)]

    inputs = CONTEXT * EMBEDDING
    return [
        table(vocabulary, EMBEDDING, 0.5),
        table(inputs, HIDDEN, 1 / math.sqrt(inputs)),
        [[0.0] * HIDDEN],
        table(HIDDEN, vocabulary, 0.5 / math.sqrt(HIDDEN)),
        [[0.0] * vocabulary],
    ]


def adam_rate(learning_rate, steps):
    return learning_rate * math.sqrt(1 - BETA_2**steps) / (1 - BETA_1**steps)


class PlainNetwork:
    """Plain Python, one sample at a time."""

    def __init__(self, tables):
        self.tables = tables
        self.means = [[[0.0] * len(row) for row in table] for table in tables]
        self.variances = [[[0.0] * len(row) for row in table] for table in tables]
        self.steps = 0

    def forward(self, ids, position):
        embedding, hidden_weight, hidden_bias, output_weight, output_bias = self.tables
        before = [ids[at] if at >= 0 else 0 for at in range(position - CONTEXT, position)]
        inputs = [value for character in before for value in embedding[character]]
        sums = list(hidden_bias[0])
        for value, row in zip(inputs, hidden_weight):
            sums = [total + value * weight for total, weight in zip(sums, row)]
        hidden = [math.tanh(total) for total in sums]
        sums = list(output_bias[0])
        for value, row in zip(hidden, output_weight):
            sums = [total + value * weight for total, weight in zip(sums, row)]
        highest = max(sums)
        powers = [math.exp(total - highest) for total in sums]
        whole = sum(powers)
        return before, inputs, hidden, [power / whole for power in powers]

    def losses(self, ids, positions):
        return [-math.log(max(self.forward(ids, at)[3][ids[at]], 1e-12)) for at in positions]

    def learn(self, ids, positions, learning_rate):
        gradients = [[[0.0] * len(row) for row in table] for table in self.tables]
        losses = [self.backward(ids, position, gradients) for position in positions]
        self.steps += 1
        rate = adam_rate(learning_rate, self.steps)
        for place, table in enumerate(self.tables):
            for index, row in enumerate(table):
                mean, variance = self.means[place][index], self.variances[place][index]
                for column, gradient in enumerate(gradients[place][index]):
                    gradient /= len(positions)
                    mean[column] = BETA_1 * mean[column] + (1 - BETA_1) * gradient
                    variance[column] = BETA_2 * variance[column] + (1 - BETA_2) * gradient * gradient
                    row[column] -= rate * mean[column] / (math.sqrt(variance[column]) + EPSILON)
        return losses

    def backward(self, ids, position, gradients):
        before, inputs, hidden, output = self.forward(ids, position)
        target = ids[position]
        loss = -math.log(max(output[target], 1e-12))
        output[target] -= 1
        add_row(gradients[4][0], output, 1)
        back = []
        for value, row, gradient in zip(hidden, self.tables[3], gradients[3]):
            add_row(gradient, output, value)
            back.append((1 - value * value) * sum(a * b for a, b in zip(output, row)))
        add_row(gradients[2][0], back, 1)
        for place, (value, row, gradient) in enumerate(zip(inputs, self.tables[1], gradients[1])):
            add_row(gradient, back, value)
            slot, column = divmod(place, EMBEDDING)
            gradients[0][before[slot]][column] += sum(a * b for a, b in zip(back, row))
        return loss

    def flat(self):
        return [[value for row in table for value in row] for table in self.tables]


def add_row(row, values, factor):
    for index, value in enumerate(values):
        row[index] += factor * value


class ArrayNetwork:
    """The same with numpy, a whole batch at once."""

    def __init__(self, tables):
        self.tables = [numpy.array(table) for table in tables]
        self.means = [numpy.zeros_like(table) for table in self.tables]
        self.variances = [numpy.zeros_like(table) for table in self.tables]
        self.steps = 0

    def forward(self, ids, positions):
        embedding, hidden_weight, hidden_bias, output_weight, output_bias = self.tables
        padded = numpy.concatenate([numpy.zeros(CONTEXT, dtype=numpy.int64), numpy.frombuffer(ids, dtype=numpy.uint8)])
        before = padded[numpy.asarray(positions)[:, None] + numpy.arange(CONTEXT)]
        inputs = embedding[before].reshape(len(positions), -1)
        hidden = numpy.tanh(inputs @ hidden_weight + hidden_bias)
        sums = hidden @ output_weight + output_bias
        powers = numpy.exp(sums - sums.max(axis=1, keepdims=True))
        targets = padded[numpy.asarray(positions) + CONTEXT]
        return before, inputs, hidden, powers / powers.sum(axis=1, keepdims=True), targets

    def losses(self, ids, positions):
        _, _, _, output, targets = self.forward(ids, positions)
        return (-numpy.log(numpy.maximum(output[numpy.arange(len(positions)), targets], 1e-12))).tolist()

    def learn(self, ids, positions, learning_rate):
        before, inputs, hidden, output, targets = self.forward(ids, positions)
        places = numpy.arange(len(positions))
        losses = -numpy.log(numpy.maximum(output[places, targets], 1e-12))
        output[places, targets] -= 1
        back = (output @ self.tables[3].T) * (1 - hidden * hidden)
        embedding = numpy.zeros_like(self.tables[0])
        numpy.add.at(embedding, before, (back @ self.tables[1].T).reshape(len(positions), CONTEXT, EMBEDDING))
        sums = [back.sum(axis=0, keepdims=True), output.sum(axis=0, keepdims=True)]
        self.move([embedding, inputs.T @ back, sums[0], hidden.T @ output, sums[1]], len(positions), learning_rate)
        return losses.tolist()

    def move(self, gradients, batch, learning_rate):
        self.steps += 1
        rate = adam_rate(learning_rate, self.steps)
        for table, mean, variance, gradient in zip(self.tables, self.means, self.variances, gradients):
            gradient /= batch
            mean[:] = BETA_1 * mean + (1 - BETA_1) * gradient
            variance[:] = BETA_2 * variance + (1 - BETA_2) * gradient * gradient
            table -= rate * mean / (numpy.sqrt(variance) + EPSILON)

    def flat(self):
        return [table.ravel().tolist() for table in self.tables]
`;
