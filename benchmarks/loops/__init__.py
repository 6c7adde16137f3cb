"""Training loops that own their training: the search suggests, the loop trains, reports after each epoch and stops what will not win.

    python -m benchmarks.loops images --trials 20

| loop | what is trained | on |
|---|---|---|
| `images` | a convolutional net (PyTorch; without it a multi-layer perceptron) | 1,797 handwritten digits of scikit-learn |
| `text` | a recurrent net (PyTorch; without it a perceptron on the last words) | generated reviews in which order decides |
| `recommendations` | a factorisation of users and items, in NumPy | generated clicks |
| `imbalanced` | a linear model; it tells accuracy and passes F1 beside it | the same digits: is it an 8? |
"""
