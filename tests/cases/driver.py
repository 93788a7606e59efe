"""Takes a case along its way with the actions that the pages use, in whichever municipality.

``fulfil`` and ``write`` do everything that the rule set asks for, so that a test can leave out, or undo, one thing.
"""

import uuid
from datetime import date, timedelta
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from stdnum.luhn import calc_check_digit

from agreements.actions import begin_writing, decide, enter_signatures, send_to_decision, set_term, write_point
from agreements.models import Agreement
from followup.actions import begin
from initiatives.actions import submit
from initiatives.meetings import note_meeting
from iop.cases.actions import answer, close_task, receive, record_decision
from iop.cases.letters import send_letter
from iop.cases.machinery import Finding, Subject, findings_before
from iop.cases.models import Case, DecisionKind, Letter, Stage, TaskKind
from iop.cases.statements import answer_statement, ask_statement
from iop.municipalities.models import Membership, Municipality, User
from iop.rulesets.schema import Gate
from partners.actions import add_party, confirm_declaration, organisation_for, send_declaration
from partners.models import Activity, Contribution, OtherSupport, Party
from partners.papers import hand_in, review

FIVE = ("soderhamn", "botkyrka", "mora", "stockholm", "gavle")
_serial = count(1)


# People and places


def municipality(slug: str) -> Municipality:
    return Municipality.objects.get(slug=slug)


def person(name: str, at: Municipality, role: str, *, unit: str = "") -> User:
    user = User.objects.create_user(f"person{next(_serial)}@{at.slug}.example", "ett-langt-losenord", name=name)
    Membership.objects.create(user=user, municipality=at, role=role, unit=at.units.get(name=unit) if unit else None)
    return user


def logged_in(user: User | None, **options) -> Client:
    """A browser where the person is logged in; nobody when there is no user."""
    client = Client(**options)
    if user:
        client.force_login(user)
    return client


def absolute(path: str) -> str:
    return f"https://iop.example{path}"


# The initiative


def number(serial: int) -> str:
    """A right organisation number of an association, another for each serial."""
    digits = f"80{2000000 + serial}"
    return digits + calc_check_digit(digits)


def written(**other) -> dict[str, str]:
    """What an organisation writes in the public form."""
    return {
        "title": "Språkcafé på biblioteket",
        "challenge": "Många nyanlända saknar någon att öva svenska med.",
        "idea": "Vi öppnar ett språkcafé två kvällar i veckan.",
        "target_group": "Vuxna som lär sig svenska.",
        "we_bring": "Ideell tid.",
        "municipality_brings": "En lokal.",
        "organisation_name": "Språkbron",
        "organisation_number": number(1),
        "legal_form": "ideell_forening",
        "contact_name": "Anna Åkesson",
        "contact_email": "anna@sprakbron.example",
        "contact_phone": "",
        "origin": "organisation",
    } | other


def form(**other) -> dict[str, str]:
    """The public form as a browser posts it."""
    return {"submission": str(uuid.uuid4())} | written(**other)


def send_in(at: Municipality, *, received_on: date | None = None, **other) -> Case:
    initiative, _ = submit(
        at,
        submission=uuid.uuid4(),
        written=written(**other),
        own_answers={},
        absolute=absolute,
        received_on=received_on,
    )
    close_task(initiative.case, TaskKind.DIARY, by=None)  # tests/desk/test_intake.py looks after the diary
    return initiative.case


def join(case: Case, name: str, serial: int, *, legal_form: str = "ideell_forening") -> Party:
    """One more organisation in the case."""
    organisation = organisation_for(case.municipality, name=name, number=number(serial), legal_form=legal_form)
    return add_party(case, organisation, contact_name="Olle Ordförande", contact_email="olle@forening.example")


# Files


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def pdf(name: str = "stadgar.pdf", more: str = "") -> SimpleUploadedFile:
    """``more``: makes it another file."""
    return SimpleUploadedFile(name, PDF + more.encode(), "application/pdf")


# Everything that a rule set asks for


def passing(rule) -> str:
    """An answer that fulfils the rule."""
    answers = rule.answer
    if answers.type == "yes_no":
        return (answers.passing or ("yes",))[0]
    if answers.type == "choice":
        return (answers.passing or tuple(answers.choices))[0]
    return {"text": "Ja, se underlaget.", "number": "1", "date": "2026-11-03"}[answers.type]


def answer_rules(case: Case, rules, subject: Subject, *, by) -> None:
    for rule in rules:
        if rule.enabled and rule.answer.type != "fact":
            for part, _ in rule.parts:
                answer(case, rule, part=part, value=passing(rule), reason="Se underlaget.", subject=subject, by=by)


def get_statement(case: Case, rule, *, by) -> None:
    unit = case.municipality.units.get(name=rule.unit)
    due = timezone.localdate() + timedelta(days=21)
    asked = ask_statement(case, rule=rule.key, unit=unit, question=rule.about or "Vad anser ni?", due=due, by=by)
    answer_statement(asked, text="Inget att invända.", name="Rolf Rådgivare", by=by)


def confirm(party: Party, rule, *, by) -> None:
    sent = send_declaration(party, rule, to="olle@forening.example", by=by, absolute=absolute)
    confirm_declaration(sent, name="Olle Ordförande", role="ordförande")


def hand_in_all(party: Party, rules, *, by) -> None:
    for rule in rules:
        if rule.enabled and party.organisation.legal_form not in rule.not_for:
            for part, _ in rule.parts:
                paper = {"number": 120} if rule.hand_in == "number" else {"uploads": [pdf()]}
                hand_in(party, rule, part, by=by, **paper)
                review(party, rule, part, status="accepted", by=by)


def fulfil_party(party: Party, *, by) -> None:
    """Controls, conditions, ruling, declaration and papers of one organisation."""
    case, rules = party.case, party.case.rules
    own_form = [row for row in rules.eligibility if row.form == party.organisation.legal_form]
    asked = [rule for rule in (*rules.controls, *rules.questions) if rule.per == "party"]
    answer_rules(case, [*asked, *own_form], party.subject, by=by)
    if any(row.ruling for row in own_form):
        rule_on(party, by=by)
    for rule in rules.declarations:
        confirm(party, rule, by=by)
    hand_in_all(party, rules.documents, by=by)


def write_to(case: Case, *, by, **other) -> Letter:
    """A letter to the organisation; with ``points`` and ``due`` a request to complete."""
    said = {"to": "anna@sprakbron.example", "to_name": "Anna Åkesson", "subject": "En fråga", "text": "Hej!"} | other
    return send_letter(case, by=by, absolute=absolute, **said)


def rule_on(party: Party, *, by, outcome: str = "yes") -> None:
    """A decision on the organisation in the single case."""
    record_decision(
        party.case,
        kind=DecisionKind.ELIGIBILITY,
        outcome=outcome,
        decided_on=timezone.localdate(),
        delegate="Förvaltningschefen",
        reasons="Brukarna styr.",
        subject=party.subject,
        by=by,
    )


def meet(case: Case, rule=None, *, by, topics=()) -> None:
    name = rule.name if rule else "Samtal"
    key = rule.key if rule and rule.meeting != "any" else ""
    today = timezone.localdate()
    note_meeting(case, name=name, rule=key, day=today, participants="Alla", topics=topics, by=by)


def bring(
    case: Case, *, party: Party | None = None, kind: str = "premises", value: int | None = 60_000
) -> Contribution:
    return Contribution.objects.create(case=case, party=party, kind=kind, what="Lokal", value_per_year=value)


def responsible(case: Case, name: str = "Socialnämnden") -> None:
    bodies = case.municipality.units.bodies()
    case.responsible = bodies.filter(name=name).first() or bodies.filter(kind="namnd").first()
    case.save(update_fields=["responsible"])


def support(
    party: Party, *, activity: Activity | None, unit: str = "", giver: str = "", money: bool = True
) -> OtherSupport:
    giver_or_unit = {"unit": party.case.municipality.units.get(name=unit)} if unit else {"giver": giver}
    facts = {"organisation": party.organisation, "activity": activity, "what": "Bidrag", "money": money}
    return OtherSupport.objects.create(case=party.case, **facts, **giver_or_unit)


def fulfil(case: Case, *, by) -> Case:
    """Everything about the case and its organisations that the rule set asks for, at any step."""
    rules = case.rules
    for rule in rules.statements:
        get_statement(case, rule, by=by)
    answer_rules(case, [r for r in (*rules.criteria, *rules.questions) if r.per == "case"], case.subject, by=by)
    topics = [topic for rule in rules.meetings for topic in rule.topics]
    for rule in rules.meetings:
        for _ in range(rule.least):
            meet(case, rule, topics=topics, by=by)
    for party in case.parties.active().organisations():
        fulfil_party(party, by=by)
        bring(case, party=party, kind="volunteer_time")
    bring(case)
    responsible(case)
    return case


def write(
    agreement: Agreement, *, by, start: date = date(2027, 1, 1), end: date | None = date(2029, 12, 31)
) -> Agreement:
    """Every point of the agreement, its term, its plan and the questions about it."""
    case = agreement.case
    for point in agreement.points.all():
        write_point(agreement, point, text=f"Parterna är överens om {point.heading.lower()}.", state="used")
    months = {} if any(rule.every_months for rule in case.rules.follow_ups) else {"follow_up_months": 12}
    first = start.replace(year=start.year + 1)
    set_term(agreement, start=start, end=end, first_follow_up=first, **months)
    asked = [rule for rule in (*case.rules.questions, *case.rules.budgets) if rule.per == "agreement"]
    answer_rules(case, asked, agreement.subject, by=by)
    return agreement


# The steps


def to_assessment(case: Case, *, by) -> Case:
    receive(case, by=by)
    return case


def to_dialogue(case: Case, *, by) -> Case:
    fulfil(case, by=by).move_to(Stage.DIALOGUE, by=by)
    return case


def to_drafting(case: Case, *, by) -> Agreement:
    """From assessment: everything ready, the dialogue held and the agreement begun."""
    return begin_writing(to_dialogue(case, by=by), by=by)


def to_decision(agreement: Agreement, *, by) -> Agreement:
    send_to_decision(write(agreement, by=by), by=by)
    return agreement


def yes(agreement: Agreement, *, by, **other) -> None:
    """The committee says yes, today."""
    decision = {"outcome": "yes", "body": agreement.case.responsible, "decided_on": timezone.localdate()} | other
    decide(agreement, paragraph="118", by=by, absolute=absolute, **decision)


def to_signing(agreement: Agreement, *, by) -> Agreement:
    yes(agreement, by=by)
    return agreement


def sign(agreement: Agreement, *, by) -> None:
    """Every side signs on paper."""
    sides = [None, *agreement.case.parties.active()]
    today = timezone.localdate()
    who = {"name": "Ulla Underskrift", "role": "ordförande", "ground": "firmatecknare", "signed_on": today}
    enter_signatures(agreement, [{"party": side, **who} for side in sides], scan=pdf("undertecknat.pdf"), by=by)


def to_in_force(agreement: Agreement, *, by) -> Agreement:
    sign(agreement, by=by)
    begin(agreement, by=by)
    return agreement


# What the checks say


def findings_at(gate: str, case: Case) -> list[Finding]:
    """What the rules say before the gate, about the case and its organisations alone."""
    return findings_before(Gate(gate), case.matter())


def says(findings: list[Finding]) -> dict[str, str]:
    """Rule -> effect, for every finding; the program's own demands by their sentence."""
    return {finding.rule.key if finding.rule else finding.sentence: finding.effect.value for finding in findings}


def sentences(findings: list[Finding]) -> list[str]:
    return [finding.sentence for finding in findings]
