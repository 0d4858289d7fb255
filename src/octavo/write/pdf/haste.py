"""Let WeasyPrint give the same with less work: half of what it does for a line, it has done before.

Each of these modules stands for one kind of work, and says what it leaves to WeasyPrint. A document
comes out byte for byte as without them: `tests/test_pdf_haste.py` holds that, and fails when
WeasyPrint changes in what they know of it.
"""

import gc
from functools import cache

from octavo.write.pdf.breaking import break_swiftly
from octavo.write.pdf.inking import ink_swiftly
from octavo.write.pdf.shaping import shape_swiftly
from octavo.write.pdf.sizing import size_swiftly
from octavo.write.pdf.styling import style_swiftly


@cache
def hasten() -> None:
    """Teach it to WeasyPrint; once for a process."""
    for teach in (ink_swiftly, shape_swiftly, break_swiftly, size_swiftly, style_swiftly):
        teach()
    gc.freeze()  # the libraries stay; the collector need not look at them again and again
