"""The administrator's campaigns: segments, steps with texts, the review before the start, progress and results."""

from portal.campaigns import campaigns, segments
from portal.campaigns.blueprint import bp

__all__ = ["bp", "campaigns", "segments"]
