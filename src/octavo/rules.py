"""The names of the rules by which text becomes a book, as settings and changes use them."""

# In the order in which they are applied: those of `clean`, then those of `structure`.
CLEANING: dict[str, str] = {
    "mojibake": "mend letters that were decoded wrongly",
    "invisible": "drop characters that cannot be seen",
    "ligatures": "spell out ligatures that are single characters",
    "columns": "put columns that stand side by side one below the other",
    "spaces": "make one space of several",
    "boilerplate": "drop what archives put before and after their texts",
    "notices": "drop the notices of digital libraries",
    "furniture": "drop running heads and feet and page numbers",
    "letters": "put letters and their accents together",
    "arabic": "put marks back that were moved in Arabic and Hebrew",
    "misread": 'mend the English word "I" where a scan misread it',
    "capitals": "put drop capitals back to their words",
    "blanks": "drop blank lines inside a sentence",
}
STRUCTURE: dict[str, str] = {
    "quoting": "make quotations of what an e-mail quotes",
    "footnotes": "put footnotes and their marks together",
    "scene-breaks": "take a row of ornaments for a break between scenes",
    "lists": "make a list of lines with markers that count or repeat",
    "headings": "find headings",
    "verse": "find verse and keep its lines",
    "quotations": "find prose that is set off as a quotation",
    "paragraphs": "join lines to paragraphs",
    "hyphens": "join words that were broken at a line's end",
    "emphasis": "set words between signs of emphasis in italics",
}
RULES: dict[str, str] = CLEANING | STRUCTURE
# How signs are set, in any text, in the order in which it is done.
TYPOGRAPHY: dict[str, str] = {
    "quotes": "write quotation marks as the language has them",
    "apostrophes": "write apostrophes as ’",
    "primes": "write feet and inches, minutes and seconds with primes",
    "dashes": "make dashes of two or three hyphens",
    "ellipses": "make one sign of three full stops",
    "punctuation": "put narrow spaces before French signs, and inside of « and »",
    "joiners": "let no line begin with a dash",
    "initials": "keep initials together, and with the name",
    "units": "keep a number with its unit",
    "references": "keep a number with what it is the number of",
    "prepositions": "keep words of one letter with the next, in Czech, Polish and Slovak",
}
# What a line can be: it is one of these only.
KINDS = ("scene-breaks", "lists", "headings", "verse", "quotations", "paragraphs")
