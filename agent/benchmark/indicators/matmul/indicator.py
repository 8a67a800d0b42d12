"""Product of two square float64 matrices: the BLAS of the stack."""
import math

import numpy

LEFT = (7919, 104729)
RIGHT = (6841, 611953)
MODULUS = 10007
CHECKED = 8


def element(index, recurrence):
    """The same number from the same index in every version of everything, between -0.5 and 0.5."""
    return (index * recurrence[0] + recurrence[1]) % MODULUS / float(MODULUS) - 0.5


def matrix(size, recurrence):
    index = numpy.arange(size * size, dtype=numpy.int64)
    return ((index * recurrence[0] + recurrence[1]) % MODULUS / float(MODULUS) - 0.5).reshape(size, size)


def checked_positions(size):
    return [(size * step // CHECKED, (size * (CHECKED - 1 - step) // CHECKED)) for step in range(CHECKED)]


class State(object):
    def __init__(self, size):
        self.size = size
        self.left = matrix(size, LEFT)
        self.right = matrix(size, RIGHT)
        self.product = numpy.zeros((size, size))


def prepare(parameters):
    return State(parameters["size"])


def run(state, loops):
    left, right, product = state.left, state.right, state.product
    for _ in range(loops):
        numpy.dot(left, right, out=product)


def answer(state):
    return [state.product[row, column] for row, column in checked_positions(state.size)]


def expected(parameters):
    """A few elements of the product, in pure Python."""
    size = parameters["size"]
    return [
        math.fsum(
            element(row * size + step, LEFT) * element(step * size + column, RIGHT) for step in range(size)
        )
        for row, column in checked_positions(size)
    ]
