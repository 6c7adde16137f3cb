"""A convolutional net on handwritten digits: learning rate, kernels of the first layer, layers.

With PyTorch each layer is a convolution with twice the kernels of the one before, each of three by three pixels, and a maximum over two by
two. Without it the net is scikit-learn's multi-layer perceptron, where `kernels` are the units of the first layer.
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
    kernels=Int(4, 32, log=True),
    layers=Int(1, 3),
)
_BATCH = 32


@functools.cache
def digits() -> tuple[Any, Any, Any, Any]:
    """Training images (n, 64) in [0, 1], held-out images, training labels, held-out labels: two thirds and one."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - optional
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - optional

    images, labels = load_digits(return_X_y=True)
    parts = train_test_split(images / 16.0, labels, test_size=1 / 3, stratify=labels, random_state=0)
    return parts[0], parts[1], parts[2], parts[3]


def train(n_epochs: int, **params: Any) -> Iterator[Epoch]:
    """The share of errors on the held-out digits after each epoch."""
    chosen = _perceptron if importlib.util.find_spec("torch") is None else _convolutional
    return chosen(n_epochs, **params)


def _perceptron(n_epochs: int, learning_rate: float, kernels: int, layers: int) -> Iterator[Epoch]:
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - optional

    images, held_out, labels, held_out_labels = digits()
    sizes = [kernels * 2**layer for layer in range(layers)]
    net = MLPClassifier(sizes, learning_rate_init=learning_rate, batch_size=_BATCH, random_state=0)
    for _ in range(n_epochs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a net that diverges is a result like another
            net.partial_fit(images, labels, classes=np.arange(10))
        yield Epoch(1.0 - float(net.score(held_out, held_out_labels)))


def _convolutional(n_epochs: int, learning_rate: float, kernels: int, layers: int) -> Iterator[Epoch]:
    import torch  # noqa: PLC0415 - optional

    images, held_out = (torch.tensor(part, dtype=torch.float32).reshape(-1, 1, 8, 8) for part in digits()[:2])
    labels, held_out_labels = (torch.tensor(part) for part in digits()[2:])
    random = torch.Generator().manual_seed(0)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = _net(torch, kernels, layers)
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    for _ in range(n_epochs):
        for batch in torch.randperm(len(images), generator=random).split(_BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            wrong = (net(held_out).argmax(1) != held_out_labels).float().mean()
        yield Epoch(float(wrong))


def _net(torch: Any, kernels: int, layers: int) -> Any:
    parts, width, side = [], 1, 8
    for layer in range(layers):
        parts += [torch.nn.Conv2d(width, kernels * 2**layer, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
        width, side = kernels * 2**layer, side // 2
    return torch.nn.Sequential(*parts, torch.nn.Flatten(), torch.nn.Linear(width * side * side, 10))


LOOP = Loop("images", SPACE, "minimize", "error", train, "sklearn")
