"""The administrator's coupons and personal discounts: lists, the generator, categories, the history of uses."""

from portal.coupons import categories, coupon, filters, generations, history, lists, many, personal
from portal.coupons.blueprint import bp
from portal.forms import midnight

__all__ = [
    "bp",
    "categories",
    "coupon",
    "filters",
    "generations",
    "history",
    "lists",
    "many",
    "midnight",
    "personal",
]
