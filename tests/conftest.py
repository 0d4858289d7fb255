"""What the tests share: the real validators, and the question whether a file is valid."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from octavo.check import Validators, check, find_validators, validate
from octavo.model import FORMATS, Finding, Format

ROOT = Path(__file__).parent.parent
REQUIRED = os.environ.get("OCTAVO_REQUIRE_VALIDATORS") == "1"


@pytest.fixture(scope="session")
def validators() -> Validators:
    """Where the real validators are; jars are looked for below `.tools`."""
    return find_validators(ROOT, None)


@pytest.fixture
def validated(validators: Validators) -> Callable[[Path], tuple[Finding, ...]]:
    """Run the real validator on a file, by its suffix.

    A missing validator skips the test aloud; with OCTAVO_REQUIRE_VALIDATORS=1 it fails it.
    """

    def run(path: Path) -> tuple[Finding, ...]:
        findings = validate(path, format_of(path), validators)
        for finding in findings:
            if finding.severity == "skipped":
                (pytest.fail if REQUIRED else pytest.skip)(finding.message)
        return findings

    return run


@pytest.fixture
def assert_valid(validated: Callable[[Path], tuple[Finding, ...]]) -> Callable[[Path], None]:
    """Assert that neither our own checks nor the real validator has an error or a warning."""

    def run(path: Path) -> None:
        assert_clean(check(path, format_of(path)))
        assert_clean(validated(path))

    return run


def assert_clean(findings: tuple[Finding, ...]) -> None:
    serious = [one for one in findings if one.severity in {"error", "warning"}]
    assert not serious, "\n" + "\n".join(
        f"{one.check} {one.severity}: {one.place}: {one.message}" for one in serious
    )


def format_of(path: Path) -> Format:
    return next(name for name in FORMATS if path.suffix == f".{name}")
