"""scikit-learn: fitting a logistic regression and predicting with it.

The two classes lie apart by construction, so that the right prediction for every sample is known beforehand.
"""
import numpy
from sklearn.linear_model import LogisticRegression

MODULUS = 10007
# Noise lies within 0.5 of zero; a shift above that keeps the classes apart in every feature.
SHIFT = 0.55


class State(object):
    def __init__(self, samples, features):
        index = numpy.arange(samples * features, dtype=numpy.int64)
        noise = ((index * 7919 + 104729) % MODULUS / float(MODULUS) - 0.5).reshape(samples, features)
        self.labels = numpy.arange(samples, dtype=numpy.int64) % 2
        self.data = noise + SHIFT * (2 * self.labels[:, None] - 1)
        self.predicted = None


def prepare(parameters):
    return State(parameters["samples"], parameters["features"])


def run(state, loops):
    for _ in range(loops):
        model = LogisticRegression(max_iter=200)
        model.fit(state.data, state.labels)
        state.predicted = model.predict(state.data)


def answer(state):
    """Share of right predictions, and how many samples of the second class were seen."""
    return [float((state.predicted == state.labels).mean()), int(state.predicted.sum())]


def expected(parameters):
    return [1.0, parameters["samples"] // 2]
