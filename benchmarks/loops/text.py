"""A recurrent net that tells praise from blame: learning rate, size of the word vectors, size of the hidden state.

The reviews are generated: clauses such as "the plot was not very dull", joined by "and" or "but"; what follows "but" decides, and "not"
turns a clause round. So a bag of words does little better than chance, and order matters. Without PyTorch nothing here is recurrent:
then the vectors of the last six words, random and never trained, stand side by side before scikit-learn's multi-layer perceptron, which
has as many units as the hidden state would have.
"""

import functools
import importlib.util
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from askttell import Float, Int, Space
from benchmarks.loops.loop import Epoch, Loop

SPACE = Space(
    learning_rate=Float(1e-4, 1e-1, log=True),
    embedding=Int(2, 32, log=True),
    hidden=Int(4, 64, log=True),
)
GOOD = ("good", "great", "moving", "clever", "funny", "fresh")
BAD = ("bad", "dull", "clumsy", "stale", "silly", "slow")
THINGS = ("plot", "cast", "music", "ending", "dialogue", "camera")
_BATCH = 32


@functools.cache
def reviews(n: int = 1500) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Reviews and their labels, 1 for praise; one in twenty is mislabelled, as in life."""
    random = np.random.default_rng(0)
    texts, labels = [], []
    for _ in range(n):
        clauses = [_clause(random) for _ in range(random.integers(1, 4))]
        joints = random.choice(["and", "but"], len(clauses) - 1)
        texts.append(" ".join(word for joint, (text, _) in zip(["", *joints], clauses, strict=True) for word in (joint, text) if word))
        deciding = max((i + 1 for i, joint in enumerate(joints) if joint == "but"), default=0)
        labels.append(sum(mood for _, mood in clauses[deciding:]) > 0)
    return texts, np.array(labels, int) ^ (random.random(n) < 0.05)


@functools.cache
def numbered() -> tuple[Any, Any]:
    """The reviews as numbers of words, shape (n, longest), filled up on the left with 0, and the labels."""
    texts, labels = reviews()
    known = {word: i + 1 for i, word in enumerate(sorted({word for text in texts for word in text.split()}))}
    rows = [[known[word] for word in text.split()] for text in texts]
    longest = max(map(len, rows))
    return np.array([[0] * (longest - len(row)) + row for row in rows]), labels


def _clause(random: np.random.Generator) -> tuple[str, int]:
    """A clause and its mood, 1 or -1."""
    good, negated, strong = (random.random(3) < 0.5).tolist()
    word = random.choice(GOOD if good else BAD)
    text = f"the {random.choice(THINGS)} was {'not ' * negated}{'very ' * strong}{word}"
    return text, 1 if good != negated else -1


def train(n_epochs: int, **params: Any) -> Iterator[Epoch]:
    """The share of held-out reviews that are labelled rightly after each epoch; the last third is held out."""
    chosen = _side_by_side if importlib.util.find_spec("torch") is None else _recurrent
    return chosen(n_epochs, **params)


def _side_by_side(n_epochs: int, learning_rate: float, embedding: int, hidden: int) -> Iterator[Epoch]:
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - optional

    numbers, labels = numbered()
    n = 2 * len(numbers) // 3
    vectors = np.random.default_rng(0).normal(size=(numbers.max() + 1, embedding))
    inputs = vectors[numbers[:, -6:]].reshape(len(numbers), 6 * embedding)
    net = MLPClassifier([hidden], learning_rate_init=learning_rate, batch_size=_BATCH, random_state=0)
    for _ in range(n_epochs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a net that diverges is a result like another
            net.partial_fit(inputs[:n], labels[:n], classes=[0, 1])
        yield Epoch(float(net.score(inputs[n:], labels[n:])))


def _recurrent(n_epochs: int, learning_rate: float, embedding: int, hidden: int) -> Iterator[Epoch]:
    import torch  # noqa: PLC0415 - optional

    words, labels = map(torch.tensor, numbered())
    n = 2 * len(words) // 3
    random = torch.Generator().manual_seed(0)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        vectors = torch.nn.Embedding(int(words.max()) + 1, embedding)
        recurrent = torch.nn.GRU(embedding, hidden, batch_first=True)
        last = torch.nn.Linear(hidden, 2)
    parts = torch.nn.ModuleList([vectors, recurrent, last])
    optimizer = torch.optim.Adam(parts.parameters(), lr=learning_rate)

    def label(batch: Any) -> Any:
        return last(recurrent(vectors(batch))[1][0])

    for _ in range(n_epochs):
        for batch in torch.randperm(n, generator=random).split(_BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(label(words[batch]), labels[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            right = (label(words[n:]).argmax(1) == labels[n:]).float().mean()
        yield Epoch(float(right))


LOOP = Loop("text", SPACE, "maximize", "accuracy", train, "sklearn")
