"""The pages of coupons under one name, and what they tell each other."""

from flask import Blueprint

bp = Blueprint("coupons", __name__)

#: What makes the lists on a page read themselves anew.
CHANGED = ["coupons-changed"]
