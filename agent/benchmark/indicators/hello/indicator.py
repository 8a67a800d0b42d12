"""Pure Python, no packages: integer arithmetic in a loop. Compares interpreters, and proves that measuring works."""

MODULUS = 1000003


class State(object):
    def __init__(self, work):
        self.work = work
        self.total = None


def prepare(parameters):
    return State(parameters["work"])


def run(state, loops):
    for _ in range(loops):
        total = 0
        for number in range(state.work):
            total += number * number
        state.total = total


def answer(state):
    return [state.total % MODULUS]


def expected(parameters):
    """The sum of the first squares in closed form."""
    count = parameters["work"]
    return [(count - 1) * count * (2 * count - 1) // 6 % MODULUS]
