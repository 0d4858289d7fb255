"""What the package says of the book's accessibility (EPUB Accessibility 1.1, sections 2 and 3)."""

from typing import Any

from octavo.model import EpubEdition, Evaluation
from octavo.write.epub.metadata import meta


def describe_access(package: Any, edition: EpubEdition, evaluation: Evaluation | None) -> None:
    """Say what the book offers to whom, and who has evaluated it, if somebody has.

    Args:
        package: ebooklib's.
        edition: says what was found in its pages.
        evaluation: what the author's settings say; without it no conformance is claimed.
    """
    access = edition.access
    for name, values in (
        ("accessMode", access.modes),
        ("accessModeSufficient", access.sufficient),
        ("accessibilityFeature", access.features),
        ("accessibilityHazard", access.hazards),
        ("accessibilitySummary", (access.summary,)),
    ):
        for value in values:
            meta(package, f"schema:{name}", value)
    if edition.page_source:
        meta(package, "pageBreakSource", edition.page_source)
    if evaluation is not None:
        _describe_evaluation(package, evaluation)


def _describe_evaluation(package: Any, evaluation: Evaluation) -> None:
    claim = f"EPUB Accessibility 1.1 - WCAG {evaluation.wcag} Level {evaluation.level}"
    meta(package, "dcterms:conformsTo", claim, id="conformance")
    meta(package, "a11y:certifiedBy", evaluation.by, id="certifier", refines="#conformance")
    if evaluation.credential:
        meta(package, "a11y:certifierCredential", evaluation.credential, refines="#certifier")
    if evaluation.report:
        link = {"rel": "a11y:certifierReport", "href": evaluation.report, "refines": "#certifier"}
        package.add_metadata(None, "link", "", link)
