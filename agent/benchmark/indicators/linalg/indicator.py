"""Solving, singular values or eigenvalues of a dense symmetric matrix: the LAPACK of the stack.

The matrix min(i, j), counted from 1, is dense, exact in integers and positive definite, and its eigenvalues are known:
1 / (4 sin((2k - 1) pi / (4n + 2)) ** 2) for k = 1..n (its inverse is the second difference with one free end).
"""
import math

import numpy

CHECKED = 8


def checked_positions(size):
    return [step * (size - 1) // (CHECKED - 1) for step in range(CHECKED)]


def solution_element(index):
    return index * 37 % 19 - 9


class State(object):
    def __init__(self, operation, size):
        ones = numpy.arange(1, size + 1, dtype=numpy.int64)
        whole = numpy.minimum(ones[:, None], ones[None, :])
        solution = numpy.array([solution_element(index) for index in range(size)], dtype=numpy.int64)
        self.operation = operation
        self.size = size
        self.matrix = whole.astype(numpy.float64)
        # Summed in integers, so that the right side does not come from the BLAS that is under test.
        self.right_side = (whole * solution[None, :]).sum(axis=1).astype(numpy.float64)
        self.result = None


def prepare(parameters):
    return State(parameters["operation"], parameters["size"])


def run(state, loops):
    matrix, right_side = state.matrix, state.right_side
    for _ in range(loops):
        if state.operation == "solve":
            state.result = numpy.linalg.solve(matrix, right_side)
        elif state.operation == "svd":
            state.result = numpy.linalg.svd(matrix)[1]
        else:
            # Ascending, unlike singular values.
            state.result = numpy.linalg.eigh(matrix)[0][::-1]


def answer(state):
    return [state.result[position] for position in checked_positions(state.size)]


def expected(parameters):
    size = parameters["size"]
    if parameters["operation"] == "solve":
        return [solution_element(position) for position in checked_positions(size)]
    return [
        1 / (4 * math.sin((2 * position + 1) * math.pi / (4 * size + 2)) ** 2)
        for position in checked_positions(size)
    ]
