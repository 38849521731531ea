"""The administrator's promotions: rules in a draft, tried on receipts, published; budgets, settings, history."""

from portal.promotions import back_test, budgets, builder, history, publication, rules, settings, simulation
from portal.promotions.blueprint import bp

__all__ = [
    "back_test",
    "bp",
    "budgets",
    "builder",
    "history",
    "publication",
    "rules",
    "settings",
    "simulation",
]
