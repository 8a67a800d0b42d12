"""pandas: merging a table with a small one and summing by group."""
import pandas

# A prime above the largest number of groups: multiplying by it visits every group in turn.
STRIDE = 7919
CHECKED = 8


def amount(row):
    return (row * 6841 + 611953) % 10007


def weight(group):
    return group * 31 % 17 + 1


class State(object):
    def __init__(self, rows, groups):
        self.groups = groups
        self.facts = pandas.DataFrame(
            {
                "group": [row * STRIDE % groups for row in range(rows)],
                "amount": [amount(row) for row in range(rows)],
            }
        )
        self.weights = pandas.DataFrame(
            {"group": list(range(groups)), "weight": [weight(group) for group in range(groups)]}
        )
        self.result = None


def prepare(parameters):
    return State(parameters["rows"], parameters["groups"])


def run(state, loops):
    facts, weights = state.facts, state.weights
    for _ in range(loops):
        merged = facts.merge(weights, on="group", how="left")
        merged["weighted"] = merged["amount"] * merged["weight"]
        state.result = merged.groupby("group")["weighted"].sum()


def checked_groups(groups):
    return sorted({step * (groups - 1) // (CHECKED - 1) for step in range(CHECKED)})


def answer(state):
    return [int(state.result.loc[group]) for group in checked_groups(state.groups)]


def expected(parameters):
    rows, groups = parameters["rows"], parameters["groups"]
    sums = {group: 0 for group in checked_groups(groups)}
    for row in range(rows):
        group = row * STRIDE % groups
        if group in sums:
            sums[group] += amount(row) * weight(group)
    return [sums[group] for group in checked_groups(groups)]
