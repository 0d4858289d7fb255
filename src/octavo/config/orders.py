"""The settings that are orders to rules: those of cleaning and those of typography."""

from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from octavo.config import rulings
from octavo.config.strict import InnerPath, Settings, json_type
from octavo.rules import KINDS, RULES, TYPOGRAPHY

RuleName: TypeAlias = Annotated[
    str, AfterValidator(rulings.rule), Field(json_schema_extra={"enum": list(RULES)})
]
TypographyRule: TypeAlias = Annotated[
    str,
    AfterValidator(rulings.typography_rule),
    Field(json_schema_extra={"enum": list(TYPOGRAPHY)}),
]
QuotationMarks: TypeAlias = Annotated[
    str,
    AfterValidator(rulings.quotation_marks),
    Field(json_schema_extra={"minLength": 4, "maxLength": 4}),
]
Lines: TypeAlias = Annotated[
    rulings.LineRange, BeforeValidator(rulings.line_range), json_type("string", "integer")
]


class _Orders(Settings):
    off: tuple[RuleName, ...] = Field(
        default=(), max_length=100, description="Rules that are switched off."
    )
    force: tuple[RuleName, ...] = Field(
        default=(),
        max_length=100,
        description="Rules that are applied even where the evidence is too weak.",
    )

    @model_validator(mode="after")
    def _each_way(self) -> Self:
        both = sorted(set(self.off) & set(self.force))
        if both:
            raise ValueError(f'has "{both[0]}" both in off and in force; strike one of them out')
        return self


class LinesSettings(_Orders):
    """What the rules have to do with some lines of a rough text."""

    file: InnerPath | None = Field(
        default=None,
        description="The file, from the book's folder; without it, the book's one rough text.",
    )
    lines: Lines = Field(description='The lines, as an editor counts them: "120-134", or "120".')

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [kind for kind in KINDS if kind in self.force]
        if len(kinds) > 1:
            raise ValueError(f"forces {' and '.join(kinds)}; lines can be only one of them")
        if not self.off and not self.force:
            raise ValueError("says nothing about its lines; add off or force")
        return self


class CleanSettings(_Orders):
    """What the rules have to do with the rough texts."""

    lines: tuple[LinesSettings, ...] = Field(
        default=(),
        max_length=10_000,
        description="The same for some lines; a later table beats an earlier one.",
    )


class TypographySettings(Settings):
    """How the signs of the text are set."""

    off: tuple[TypographyRule, ...] = Field(
        default=(), max_length=100, description="Rules that are switched off."
    )
    quotes: QuotationMarks | None = Field(
        default=None,
        description="The four quotation marks of the book's language, opening and closing, then"
        ' those within a quotation, such as "»«›‹"; without it, those that are usual.',
    )
