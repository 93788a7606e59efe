"""The agreement as a document for the committee, the signing and the archive.

What people write reaches the template as text only, never the style sheet.
"""

from itertools import groupby

from django.template.loader import render_to_string
from django.utils.html import format_html
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from iop.printing import bold, print_pdf
from iop.swedish_text import day
from partners.models import Declaration

from .models import Agreement, AgreementStage, PointState

DRAFTS = {AgreementStage.DRAFTING: "Utkast", AgreementStage.DECISION: "Förslag"}
INTERVALS = {1: "varje månad", 2: "varannan månad", 3: "varje kvartal", 6: "varje halvår", 12: "varje år"}
COLOURS = ("#c98b2b", "#6f8fa6", "#8c5a86", "#7a9355", "#b4604a", "#8a8f94")  # after the municipality's own


def agreement_pdf(agreement: Agreement) -> bytes:
    """The agreement as it stands in the database, in a number of queries that does not grow with it."""
    content = content_of(agreement)
    mark = {"watermark": _watermark(content["draft"], content["municipality"].accent)} if content["draft"] else {}
    return print_pdf(render_to_string("agreements/pdf/agreement.html", content), **mark)


def content_of(agreement: Agreement) -> dict:
    """Everything that the document tells. A shared draft shows some of it on its page, too (agreements/sharing.py)."""
    case = "case__municipality", "case__responsible", "case__unit", "case__coordinator", "case__version"
    agreement = Agreement.objects.select_related(*case).defer("case__version__content").get(pk=agreement.pk)
    case, rules, municipality = agreement.case, agreement.case.rules, agreement.case.municipality
    parties = list(case.parties.active().select_related("organisation"))
    points = _points(agreement, rules)
    carried = {what for point in points for what in point["carries"]}
    sides = _sides(agreement, [(None, municipality.name), *((party.pk, party.name) for party in parties)])
    confirmed = Declaration.objects.filter(party__case=case, party__left_on=None, confirmed_at__isnull=False)
    return {
        "agreement": agreement,
        "case": case,
        "municipality": municipality,
        "rules": rules,
        "term": _term(agreement),
        "follow_up": _follow_up(agreement),
        "draft": DRAFTS.get(agreement.stage),
        "affected": [unit for unit in case.affected_units.all() if unit.pk != case.responsible_id],
        "parties": parties,
        "points": points,
        "carried": carried,
        "opening": [what for what in ("parties", "contributions", "term") if what not in carried],
        "sides": sides,
        "places": _places(agreement, parties),
        "total": sum(side["worth"] for side in sides),
        "not_valued": [
            f"{row.what} ({side['name']})" for side in sides for row in side["rows"] if row.value_per_year is None
        ],
        "declarations": confirmed.select_related("party__organisation").order_by("party_id", "confirmed_at"),
    }


def _term(agreement: Agreement) -> str:
    if not agreement.start:
        return "Avtalstiden är inte bestämd ännu."
    until = f"till och med den {day(agreement.end)}" if agreement.end else "och tills vidare"
    return f"{agreement.case.rules.the_agreement.capitalize()} gäller från den {day(agreement.start)} {until}."


def _follow_up(agreement: Agreement) -> str:
    months, first = agreement.follow_up_months, agreement.first_follow_up
    interval = INTERVALS.get(months, f"med {months} månaders mellanrum") if months else ""
    if first:
        return f"Den första uppföljningen är den {day(first)}" + (f", därefter {interval}." if interval else ".")
    return f"Uppföljning görs {interval}." if interval else ""


def _places(agreement: Agreement, parties) -> list[str]:
    """Whom each place to sign is for; two where two sign together."""
    sides = [(0, agreement.case.municipality.name), *((party.pk, party.name) for party in parties)]
    return [
        name
        for side, plain in sides
        for name in ([f"{plain}, två tillsammans"] * 2 if side in agreement.two_sign else [plain])
    ]


def _points(agreement: Agreement, rules) -> list[dict]:
    carries = {rule.key: rule.carries for rule in rules.points}
    principles = [rule for rule in rules.principles if rule.enabled]
    return [
        {
            "heading": point.heading,
            "text": _blocks(point.text),
            "carries": carries.get(point.rule, ()),
            "principles": [name for rule in principles if rule.point == point.rule for name in rule.names],
        }
        for point in agreement.points.filter(state=PointState.USED)
    ]


def _blocks(text: str) -> list[dict]:
    """Plain text as paragraphs and lists: an empty line parts paragraphs, lines that begin with "- " are a list."""
    found = []
    for paragraph in "\n".join(line.strip() for line in text.splitlines()).split("\n\n"):
        for is_list, lines in groupby(filter(None, paragraph.split("\n")), lambda line: line.startswith("- ")):
            written = "\n".join(lines)
            found.append({"list": written[2:].split("\n- ")} if is_list else {"paragraph": written})
    return found


def _sides(agreement: Agreement, names: list[tuple]) -> list[dict]:
    """What each side brings, and its part of the whole value in per cent that make a hundred.

    What a party that has left was to bring is left out.
    """
    rows = list(agreement.contributions.all()) or list(agreement.case.contributions.all())
    sides = []
    for (pk, name), colour in zip(names, [agreement.case.municipality.accent, *COLOURS * len(names)], strict=False):
        own = [row for row in rows if row.party_id == pk]
        if own:
            worth = sum(row.value_per_year or 0 for row in own)
            valued = any(row.value_per_year is not None for row in own)
            sides.append({"name": name, "colour": colour, "rows": own, "worth": worth, "valued": valued})
    before, total = 0, sum(side["worth"] for side in sides) or 1
    for side in sides:
        side["percent"], side["rest"] = divmod(100 * side["worth"], total)
        side["x"], before = 10_000 * before // total, before + side["worth"]
        side["width"] = 10_000 * before // total - side["x"]
    by_rest = sorted(sides, key=lambda side: -side["rest"])
    for side in by_rest[: sum(side["rest"] for side in sides) // total]:
        side["percent"] += 1
    return sides


def _watermark(word: str, colour: str) -> str:
    """The word as outlines: seen behind the text, and no text itself for those who listen, search or copy."""
    glyphs, signs = bold().getGlyphSet(), bold().getBestCmap()
    pen, x = SVGPathPen(glyphs), 0
    for letter in word.upper():
        glyph = glyphs[signs[ord(letter)]]
        glyph.draw(TransformPen(pen, (1, 0, 0, -1, x, 0)))
        x += glyph.width + 80
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{0} {0} {1} {1}"><path fill="{2}" fill-opacity="0.07" '
        'transform="rotate(-35) translate({0} 330)" d="{3}"/></svg>',
        -x // 2,
        x,
        colour,
        pen.getCommands(),
    )
