"""Element-wise arithmetic on a long vector: the SIMD loops of NumPy and the memory behind them."""
import math

import numpy

MODULUS = 10007
CHECKED = 8


def element(index):
    return (index * 7919 + 104729) % MODULUS / float(MODULUS) * 4 - 2


class State(object):
    def __init__(self, size):
        index = numpy.arange(size, dtype=numpy.int64)
        self.size = size
        self.vector = (index * 7919 + 104729) % MODULUS / float(MODULUS) * 4 - 2
        self.root = numpy.empty(size)
        self.wave = numpy.empty(size)


def prepare(parameters):
    return State(parameters["size"])


def run(state, loops):
    vector, root, wave = state.vector, state.root, state.wave
    for _ in range(loops):
        numpy.multiply(vector, vector, out=root)
        numpy.add(root, 1.0, out=root)
        numpy.sqrt(root, out=root)
        numpy.exp(vector, out=wave)
        numpy.multiply(wave, root, out=root)
        numpy.sin(vector, out=wave)
        numpy.add(wave, root, out=root)


def checked_positions(size):
    return [step * (size - 1) // (CHECKED - 1) for step in range(CHECKED)]


def answer(state):
    return [state.root[position] for position in checked_positions(state.size)]


def expected(parameters):
    numbers = [element(position) for position in checked_positions(parameters["size"])]
    return [math.sin(x) + math.exp(x) * math.sqrt(x * x + 1) for x in numbers]
