from tests.rails.report import say, seed  # noqa: F401
