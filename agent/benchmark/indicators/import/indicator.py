"""How long importing the named modules takes, in a fresh process: one value a launch, loops is always 1."""
import importlib


class State(object):
    def __init__(self, modules):
        self.modules = modules
        self.imported = 0


def prepare(parameters):
    return State(parameters["modules"])


def run(state, loops):
    for _ in range(loops):
        state.imported = 0
        for name in state.modules:
            try:
                importlib.import_module(name)
            except ImportError:
                raise
            except Exception as error:
                # Whatever an import raises, it is the import that is broken.
                raise ImportError("importing %s raised %s: %s" % (name, type(error).__name__, error)) from error
            state.imported += 1


def answer(state):
    return [state.imported]


def expected(parameters):
    return [len(parameters["modules"])]
