"""How long the judge takes, as medians and as ratios to a floor measured in the same run.

The floor is the least that any judge must do: read every answer once.
"""

import statistics
import time
from collections.abc import Callable

from iop.rulesets.judge import Verdict, judge_rule, list_holds, rules_before
from iop.rulesets.reader import SHIPPED, content_of, parse
from iop.rulesets.schema import Gate, RuleSet

ROUNDS, WARM = 300, 30


def median_ms(work: Callable[[], object]) -> float:
    """Milliseconds, the median of many rounds after some to warm up."""
    times = []
    for number in range(ROUNDS + WARM):
        start = time.perf_counter()
        work()
        if number >= WARM:
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def checklist(rules: RuleSet) -> tuple[Callable, Callable]:
    """(judging every criterion and list of the rule set fully answered, reading the same answers)."""
    answers = {rule.key: {part: "yes" for part, _ in rule.parts} for rule in rules.criteria}
    facts = {"initiative.origin": "organisation"}

    def judge() -> dict[str, bool | None]:
        verdicts = {rule.key: judge_rule(rule, answers[rule.key], facts) for rule in rules.criteria}
        assert Verdict.UNANSWERED not in verdicts.values()
        rules_before(rules, Gate.DIALOGUE)
        return {
            row.key: list_holds(row, [verdicts[rule.key] for rule in rules.criteria if rule.list == row.key])
            for row in rules.lists
        }

    def read() -> int:
        return sum(len(value) for parts in answers.values() for value in parts.values())

    return judge, read


def measure() -> bool:
    """Print the table. Returns whether everything kept within its bound."""
    print(f"{'':42}{'median ms':>12}{'golv ms':>12}{'kvot':>9}")
    slow = 0
    for path in sorted(SHIPPED.glob("*.toml")):
        content = content_of(path.read_text())
        judge, read = checklist(parse(content))
        slow += line(f"{path.stem}: hela checklistan bedömd", judge, read, most_ms=1)
        line(f"{path.stem}: regelverket läst ur lagringen", lambda content=content: parse(content), read)
    return not slow


def line(name: str, work: Callable, floor: Callable, *, most_ms: float | None = None) -> bool:
    """Print a line of the table. Returns whether it took longer than it may."""
    took, least = median_ms(work), median_ms(floor)
    over = most_ms is not None and took > most_ms
    print(f"{name:42}{took:12.4f}{least:12.4f}{took / least:9.0f}{'  mer än ' + str(most_ms) + ' ms' if over else ''}")
    return over
