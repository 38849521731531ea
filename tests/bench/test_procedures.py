"""The procedures against pgbench's own transactions, prepared, on the same server in the same run."""

import pytest

from tests.bench.side_by_side import ratio

TOP_UP = "SELECT result FROM fin_topUp('u' || :n, 1.00, 'bench', actor => 'mona');"
CHANGE = """\\set tariff random(2, 3)
SELECT result FROM trf_changeUserTariff('u' || :n, :tariff, 1, actor => 'u' || :n);"""
BARE_TOP_UP = "SELECT result FROM bench_topUp('u' || :n, 1.00, 'mona');"
BARE_CHANGE = """\\set tariff random(2, 3)
SELECT result FROM bench_changeUserTariff('u' || :n, :tariff, 'u' || :n);"""
OPTION = """\\set option random(1, 20)
SELECT trf_getUserTariffOptionValue('u' || :n, 'option' || :option);"""


@pytest.mark.parametrize("clients", [1, 8])
@pytest.mark.parametrize(
    ("title", "script", "theirs", "goal"),
    [
        ("a top-up against TPC-B", TOP_UP, "tpcb-like", 1.2),
        ("… the same rows written without any rule", BARE_TOP_UP, "tpcb-like", None),
        ("a paid change of tariff against TPC-B", CHANGE, "tpcb-like", 1.0),
        ("… the same rows written without any rule", BARE_CHANGE, "tpcb-like", None),
        ("an option's value against select-only", OPTION, "select-only", 0.5),
    ],
)
def test_procedure(bench, title, script, theirs, goal, clients):
    ratio(
        f"{title}, {clients} client{'s' * (clients > 1)}",
        goal,
        lambda: bench.rate(script, clients),
        lambda: bench.builtin(theirs, clients),
    )
