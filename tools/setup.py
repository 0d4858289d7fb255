"""Set up what `make` (build) and `make test` (test) need.

    python3 tools/setup.py build    Pango, and .venv with the locked packages and octavo
    python3 tools/setup.py test     that, and the tests' programs, packages and checkers

The system's own Python runs this before anything is installed, so it uses the standard library
alone, and nothing of octavo but the table in system.toml. Where `apt-get` is there and the user is
root, missing system packages are installed; elsewhere the command is printed and nothing is done.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    # Before anything that an old Python cannot read: tomllib below, and the annotations.
    sys.exit(
        f"setup: Octavo needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and {sys.executable} is "
        f"Python {sys.version.split()[0]}.\n"
        "Install a newer one and name it, as in: make PYTHON=python3.13"
    )

import tomllib  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"build": "requirements.lock", "test": "requirements-test.lock"}
NEEDS = {
    "build": ("venv", "pango"),
    "test": ("java", "qpdf", "poppler", "graphviz", "npm", "node", "chromium"),
}
# What the last step makes: if any of it is gone, the set-up is done anew.
MADE = {
    "build": (".venv/bin/octavo",),
    "test": tuple(
        f".tools/node_modules/{name}" for name in ("@daisy/ace-cli", "axe-core", "vnu-jar")
    ),
}
# A change in one of these makes the set-up stale.
WATCHED = ("pyproject.toml", "tools/setup.py", "tools/package-lock.json", "src/octavo/system.toml")


class Stop(Exception):
    """The set-up cannot go on; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    """Set up for the target named; give the exit code: 1 if it cannot be done, 2 if misused."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        set_up(ROOT, arguments[0])
    except Stop as stop:
        print(f"setup: {stop}", file=sys.stderr)
        return 1
    return 0


def set_up(root: Path, target: str) -> None:
    """Set up for the target, in silence if that is done already.

    Raises:
        Stop: something is missing or fails.
    """
    if target == "test":
        set_up(root, "build")
    mark = root / ".venv" / f"set-up-for-{target}"
    now = stamp(root, target)
    made = all((root / each).exists() for each in MADE[target])
    if mark.is_file() and mark.read_text() == now and made:
        return
    provide(load_system(root), NEEDS[target])
    if target == "build":
        make_venv(root)
    install_packages(root, LOCKS[target])
    if target == "build":
        install_octavo(root)
    else:
        install_checkers(root)
    mark.write_text(now)


def stamp(root: Path, target: str) -> str:
    """Say what a set-up depends on: a hash of locked versions, settings, Python and place."""
    digest = hashlib.sha256()
    for name in (LOCKS[target], *WATCHED):
        digest.update((root / name).read_bytes())
    # The place, because the programs in .venv hold its path: a copied project needs its own.
    # Not sys.executable: it is another one where .venv is activated.
    digest.update(f"{sys.version} {sys.base_prefix} {root}".encode())
    return digest.hexdigest()


# --- what the system has to provide ---


def load_system(root: Path) -> dict[str, dict[str, str]]:
    """Give the table of the system's packages."""
    with (root / "src" / "octavo" / "system.toml").open("rb") as file:
        return tomllib.load(file)


def provide(system: dict, names: tuple[str, ...]) -> None:
    """See that the needs named are there; install what is not, if root on Debian or Ubuntu.

    Raises:
        Stop: something is missing and cannot be installed from here.
    """
    missing = [system[name] for name in names if not is_there(system[name])]
    if not missing:
        return
    manager = find_manager(system)
    if manager != "apt-get" or os.geteuid() != 0:
        raise Stop(explain(system, missing, manager))
    install_with_apt(system, missing)
    still = [need for need in missing if not is_there(need)]
    if still:
        raise Stop(explain(system, still, manager))


def is_there(need: dict) -> bool:
    """Tell whether a need's program, Python module or every one of its libraries is there."""
    if "program" in need:
        return shutil.which(need["program"]) is not None
    if "module" in need:
        return importlib.util.find_spec(need["module"]) is not None
    return all(any(loads(name) for name in names) for names in need["libraries"])


def loads(library: str) -> bool:
    """Tell whether a shared library can be opened: by .venv's Python too, for it is this one."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def find_manager(system: dict) -> str | None:
    """Give the name of this system's package manager, if it is one of the table's."""
    return next((name for name in system["managers"] if shutil.which(name)), None)


def explain(system: dict, missing: list[dict], manager: str | None) -> str:
    """Say what is missing and what it is for, and give the one command that installs it."""
    what = [f"{need['name']} is missing; it is needed {need['purpose']}." for need in missing]
    if manager is None:
        then = ["Install it with your system's package manager, and run make again."]
    else:
        command = install_command(system, missing, manager)
        if manager != "brew" and os.geteuid() != 0:
            command = f"sudo {command}"
        then = ["Install it with this command, and run make again:", "", f"    {command}", ""]
    return "\n".join(what + then)


def install_command(system: dict, missing: list[dict], manager: str) -> str:
    """Give the command that installs everything missing, as root."""
    return " ".join([system["managers"][manager], *(need[manager] for need in missing)])


def install_with_apt(system: dict, missing: list[dict]) -> None:
    """Install the missing needs' packages.

    Raises:
        Stop: apt-get fails.
    """
    command = install_command(system, missing, "apt-get")
    say(f"installing {', '.join(need['name'] for need in missing)}: {command}")
    unasked = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], "apt-get cannot fetch the lists of packages", unasked)
    run(command.split(), "apt-get cannot install the packages", unasked)


# --- what the project keeps in its own folder ---


def make_venv(root: Path) -> None:
    """Make .venv anew, so that nothing of an older set-up stays in it."""
    say(f"making .venv with Python {sys.version.split()[0]}")
    argv = [sys.executable, "-m", "venv", "--clear", str(root / ".venv")]
    run(argv, "the virtual environment .venv cannot be made")


def install_packages(root: Path, lock: str) -> None:
    """Install the locked packages. Each file has to have a hash that the lock file names."""
    say(f"installing the packages in {lock}")
    argv = [*pip(root), "--require-hashes", "--no-deps", "--requirement", str(root / lock)]
    run(argv, f"pip cannot install the packages in {lock}; it needs a connection to its index")


def install_octavo(root: Path) -> None:
    """Install octavo itself, so that .venv/bin/octavo runs the code in src."""
    say("installing octavo")
    argv = [*pip(root), "--no-deps", "--no-build-isolation", "--editable", str(root)]
    run(argv, "pip cannot install octavo")


def pip(root: Path) -> list[str]:
    """Give the start of a command that installs with .venv's own pip and the user's settings."""
    python = root / ".venv" / "bin" / "python"
    errors_only = ["-qq", "--disable-pip-version-check"]
    return [str(python), "-m", "pip", *errors_only, "install"]


def install_checkers(root: Path) -> None:
    """Install the locked npm packages into .tools.

    Their scripts are not run: they would download a browser and a Java.
    """
    say("installing the Nu HTML checker, Ace and axe into .tools")
    tools = root / ".tools"
    tools.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / "tools" / name, tools / name)
    argv = ["npm", "ci", "--prefix", str(tools), "--ignore-scripts"]
    fault = "npm cannot install the checkers; it needs its registry"
    run([*argv, "--no-audit", "--no-fund"], fault)


def run(argv: list[str], fault: str, more: dict[str, str] | None = None) -> None:
    """Run a command in our environment and `more`; show what it printed only if it fails.

    Raises:
        Stop: it fails or cannot be started; `fault` says what that means.
    """
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(more or {})},
        )
    except OSError as error:
        raise Stop(f"{fault}: {argv[0]}: {error.strerror}.") from error
    if done.returncode != 0:
        print(done.stdout.decode("utf-8", "replace"), file=sys.stderr)
        raise Stop(f"{fault} (exit code {done.returncode}). Its own message stands above.")


def say(step: str) -> None:
    """Tell the user what is being done."""
    print(f"setup: {step}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
