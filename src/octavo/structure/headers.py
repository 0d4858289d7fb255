"""Find the header lines of e-mails, which stay apart from each other."""

import re

from octavo.structure.measure import Row

_FIELD = re.compile(r"[A-ZÀ-Þ][\w-]{1,16}: \S.{0,200}$")
_KNOWN = re.compile(
    r"(?:From|To|Cc|Bcc|Subject|Date|Sent|Reply-To|Message-ID|Von|An|Betreff|Datum|Gesendet"
    r"|De|À|Objet|Date|Envoyé|Para|Asunto|Fecha|Enviado|Da|A|Oggetto|Data|Aan|Onderwerp"
    r"|От|Кому|Тема|Дата): \S",
    re.IGNORECASE,
)
_LEAST = 3  # fields, two of them known


def find_headers(rows: tuple[Row, ...]) -> frozenset[int]:
    """Give the rows of runs such as From:, To:, Subject:, by index from 0.

    A run stands at the start or after a blank line. Wrong for a play of three people whose names
    are those of the fields.
    """
    fields = [": " in row.text and _FIELD.match(row.text) is not None for row in rows]
    if sum(fields) < _LEAST:
        return frozenset()
    found: set[int] = set()
    first = 0
    for index in range(len(rows) + 1):
        goes_on = index < len(rows) and (index == first or not rows[index].gap)
        if goes_on and fields[index]:
            continue
        run = range(first, index)
        known = sum(_KNOWN.match(rows[at].text) is not None for at in run)
        begun = first == 0 or (first < len(rows) and rows[first].gap > 0)
        if len(run) >= _LEAST and known * 2 >= len(run) and known >= 2 and begun:
            found.update(run)
        begins = not goes_on and index < len(rows) and fields[index]
        first = index if begins else index + 1
    return frozenset(found)
