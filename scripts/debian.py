"""Install what the tests need and pip does not have: PostgreSQL 15 with plpgsql_check, MariaDB, and Chromium.

Where that is not possible, say which tests are left out and why.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PG15 = Path("/usr/share/postgresql/15/extension")
NEEDED = {
    "the tests on PostgreSQL 15 with plpgsql_check": (
        ["postgresql-15", "postgresql-15-plpgsql-check"],
        lambda: (
            (PG15 / "plpgsql_check.control").exists() and Path("/usr/lib/postgresql/15/bin/postgres").exists()
        ),
    ),
    "the tests of imports from MariaDB": (
        ["mariadb-server-core", "mariadb-client-core"],
        # Programs of servers are not in everybody's path.
        lambda: Path("/usr/sbin/mariadbd").exists() and shutil.which("mariadb-install-db"),
    ),
    "the tests in a browser": (
        ["chromium", "fonts-noto-core"],
        lambda: shutil.which("chromium") and Path("/usr/share/fonts/truetype/noto").is_dir(),
    ),
}


def main(named: list[str]) -> None:
    missing = {
        what: packages
        for what, (packages, present) in NEEDED.items()
        if not present() and (not named or set(named) & set(packages))
    }
    if not missing:
        return
    apt = become_root(["apt-get"])
    why = "this machine has no apt-get" if not shutil.which("apt-get") else "neither root nor sudo is at hand"
    if apt:
        keep_debians_own_server_down()
        apt_get(apt, "update")
    for what, packages in missing.items():
        if apt:
            print(f"Installing {', '.join(packages)} …", flush=True)
            why = apt_get(apt, "install", "--yes", "--no-install-recommends", *packages)
        if not NEEDED[what][1]():
            print(f"LEFT OUT: {what}, for {why}; install {' '.join(packages)} and repeat.", file=sys.stderr)


def become_root(command: list[str]) -> list[str] | None:
    """The command as root may run it, or None."""
    if not shutil.which(command[0]):
        return None
    if os.geteuid() == 0:
        return command
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", *command]
    return None


def apt_get(apt: list[str], *arguments: str) -> str:
    """Run it quietly; the last line says why where it failed."""
    done = subprocess.run(
        [*apt, "-qq", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"apt-get says: {lines[-1]}" if done.returncode and lines else "they did not arrive"


def keep_debians_own_server_down() -> None:
    """The package would start a server of its own; the tests start a private one."""
    if Path("/usr/lib/postgresql").exists():
        return
    setting = Path("/etc/postgresql-common/createcluster.d/portal-tests.conf")
    subprocess.run(become_root(["mkdir", "-p", str(setting.parent)]), check=True)
    subprocess.run(
        become_root(["tee", str(setting)]),
        input="create_main_cluster = false\n",
        text=True,
        stdout=subprocess.DEVNULL,
        check=True,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
