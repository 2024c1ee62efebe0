"""Makes intervals.json: confidence intervals of proportions and of their differences, as statsmodels computes them.

    pip install statsmodels==0.15.0
    python intervals.py > intervals.json

Sums with other factors than 1 and -1 are worked out here from statsmodels' single intervals, by the formula of Zou, Huang and Zhang (2009).
"""

import json
import math
import random

from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

# Newcombe 1998 has the first four of each: Two-sided confidence intervals for the single proportion, table I; and
# Interval estimation for the difference between independent proportions, table II.
SINGLES = [(81, 263), (15, 148), (0, 20), (1, 29), (1, 1), (0, 1), (500, 1000), (999_999, 1_000_000), (73, 100)]
PAIRS = [
    ((56, 70), (48, 80)), ((9, 10), (3, 10)), ((6, 7), (2, 7)), ((5, 56), (0, 29)), ((10, 10), (0, 20)), ((1, 2), (1, 2)),
    ((9_000, 10_000), (8_950, 10_000)),
]


def single(successes: int, trials: int) -> list[float]:
    low, high = proportion_confint(successes, trials, 0.05, "wilson")
    return [successes / trials, float(low), float(high)]


def combined(terms: list[tuple[float, tuple[int, int]]]) -> list[float]:
    value = below = above = 0.0
    for factor, (successes, trials) in terms:
        share, low, high = single(successes, trials)
        value += factor * share
        below += (factor * share - min(factor * low, factor * high)) ** 2
        above += (factor * share - max(factor * low, factor * high)) ** 2
    return [value, value - math.sqrt(below), value + math.sqrt(above)]


def main() -> None:
    chance = random.Random(1927)
    pairs = [[*first, *second] for first, second in PAIRS]
    for _ in range(40):
        trials = [chance.randint(1, 500) for _ in range(2)]
        pairs.append([chance.randint(0, trials[0]), trials[0], chance.randint(0, trials[1]), trials[1]])
    differences = []
    for a, n, b, m in pairs:
        low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff", alpha=0.05)
        differences.append({"counts": [a, n, b, m], "interval": [a / n - b / m, float(low), float(high)]})
    singles = SINGLES + [(chance.randint(0, n), n) for n in (chance.randint(1, 5000) for _ in range(40))]
    sums = []
    for _ in range(20):
        terms = []
        for _ in range(chance.randint(1, 6)):
            trials = chance.randint(1, 2000)
            terms.append((float(chance.randint(-300, 300)), (chance.randint(0, trials), trials)))
        sums.append({"terms": [[factor, *counts] for factor, counts in terms], "interval": combined(terms)})
    groups = {
        "singles": [{"counts": list(counts), "interval": single(*counts)} for counts in singles],
        "differences": differences, "sums": sums}
    lines = [f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "]" for name, cases in groups.items()]
    print("{" + ",\n".join(lines) + "}")


if __name__ == "__main__":
    main()
