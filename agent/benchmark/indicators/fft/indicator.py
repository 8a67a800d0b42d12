"""Discrete Fourier transform of a complex vector.

The transform of the ramp 0, 1, ... n - 1 is known: n (n - 1) / 2 at 0, and n (-1 + i cot(pi k / n)) / 2 at k.
"""
import math

import numpy


def checked_bins(size):
    return sorted({0, 1, 2, size // 7, size // 3, size // 2, size - 1})


class State(object):
    def __init__(self, size):
        self.size = size
        self.ramp = numpy.arange(size, dtype=numpy.float64).astype(numpy.complex128)
        self.result = None


def prepare(parameters):
    return State(parameters["size"])


def run(state, loops):
    transform, ramp = numpy.fft.fft, state.ramp
    for _ in range(loops):
        state.result = transform(ramp)


def parts(numbers, size):
    """Real and imaginary parts as shares of the size, so that one absolute tolerance fits every size."""
    return [part / size for number in numbers for part in (number.real, number.imag)]


def answer(state):
    return parts([complex(state.result[position]) for position in checked_bins(state.size)], state.size)


def expected(parameters):
    size = parameters["size"]
    return parts(
        [
            complex(size * (size - 1) // 2)
            if k == 0
            else complex(-size / 2, size / 2 / math.tan(math.pi * k / size))
            for k in checked_bins(size)
        ],
        size,
    )
