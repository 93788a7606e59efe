"""A municipality that nobody has told the program of: entered, given rules, and served, by way of pages alone.

Provköping is made up. Its guideline is as unlike the five that are shipped as we could make it.
"""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from iop.swedish_text import day
from tests.browser import desk, public, rule_editor
from tests.browser.paper import a_paper, words_of
from tests.browser.people import PHONE, People
from tests.browser.places import MORA, OPERATOR, START, Place

LAST_DAY = date(2028, 6, 30)  # eighteen months from START, itself included

PROVKOPING = Place(
    "provkoping",
    "Provköpings kommun",
    adviser="Kommunkansliet",
    decides="Kulturnämnden",
    title="Berättarscen i Gamla tryckeriet",
    organisation="Föreningen Provets Röster",
    number="802012-3504",
    end=LAST_DAY,
    plan=date(2027, 9, 1),
    too_long=LAST_DAY + timedelta(days=1),
)
UNITS = {
    "Provköpings kommunstyrelse": "styrelse",
    "Kulturnämnden": "nämnd",
    "Tekniska nämnden": "nämnd",
    "Kommunkansliet": "förvaltning",
}
STAFF = {
    "administrator": ("Ada Administratör", "administratör", ""),
    "kollegan": ("Alva Administratör", "administratör", ""),
    "samordnare": ("Karin Samordnare", "samordnare", ""),
    "radgivare": ("Rolf Rådgivare", "rådgivare", "Kommunkansliet"),
    "sekreterare": ("Siv Sekreterare", "nämndsekreterare", ""),
}

# The guideline, in the words of the form: label -> what is written, chosen or ticked.

AS_A_WHOLE = {
    "Titel": "Provköpings ordning för partnerskap med föreningslivet",
    "Avtalet kallas": "överenskommelse",
    "Parterna är likställda": True,
    "Vad ett IOP är här": "Ett partnerskap är ett löfte mellan en förening och en nämnd.\n"
    "Det gäller högst ett och ett halvt år.",
    "Initiativ tas emot av": "Kommunkansliet",
}
SIGNS = {
    "Rubrik": "Tre kännetecken",
    "Slutsatsen får dras när": "minst så många som anges",
    "Minst antal": "2",
    "Riktlinjens egna ord": "Minst två av tre kännetecken ska finnas.",
    "Plats": "2 §",
    "Riktlinjens slutsats": "Då får ett partnerskap prövas vidare.",
    "Annars": "Färre än två kännetecken finns. Tala med föreningen om vad som kan ändras.",
}
OPEN, UNPAID, NEW = (
    {"Riktlinjens egna ord": words, "Lista": "Tre kännetecken", "Riktlinjens ord": "villkor", "Plats": f"2 § {place}"}
    for place, words in enumerate(
        (
            "Verksamheten är öppen för var och en.",
            "Verksamheten bärs av ideellt arbete.",
            "Verksamheten finns inte redan i kommunen.",
        ),
        1,
    )
)
REACHABLE = {
    "Riktlinjens egna ord": "Lokalen ska gå att nå utan bil, helt eller till en del.",
    "Riktlinjens ord": "ska",
    "Plats": "3 §",
    "«Delvis» går att svara": True,
    "Svar som uppfyller regeln": "yes\npartly",
    "Med enkla ord": "Går det att komma till er utan bil?",
    "Svaret som talar för": "ja",
}
PURPOSE = {
    "Riktlinjens egna ord": "Partnerskapet ska vila på ett av tre ändamål.",
    "Riktlinjens ord": "ska",
    "Plats": "4 §",
    "Fråga till handläggaren": "Vilket ändamål vilar partnerskapet på?",
    "Svaras med": "ett av flera svar",
    "Svar att välja mellan": "annat: Något annat\nhalsa: Folkhälsa\nbildning: Bildning\nnatur: Natur",
    "Svar som uppfyller regeln": "halsa\nbildning\nnatur",
}
NO_CROWDING_OUT = {
    "Riktlinjens egna ord": "Kansliet ska ha yttrat sig om huruvida verksamheten tränger undan någon näring.",
    "Riktlinjens ord": "ska",
    "Plats": "5 §",
    "Fråga till handläggaren": "Stämmer det att ingen näring trängs undan?",
    "Väntar på": "Kommunkansliet",
}
CULTURE_ONLY = {
    "Riktlinjens egna ord": "Kulturnämnden prövar varje partnerskap mot kulturplanen.",
    "Riktlinjens ord": "ska",
    "Plats": "6 §",
    "Bara för": ["Kulturnämnden"],
}
TECHNICAL_ONLY = {
    "Riktlinjens egna ord": "Tekniska nämnden prövar om marken är ledig.",
    "Riktlinjens ord": "ska",
    "Plats": "7 §",
    "Bara för": ["Tekniska nämnden"],
}
STATEMENT = {
    "Enhet": "Kommunkansliet",
    "Om vad": "undanträngning av näringar",
    "Riktlinjens egna ord": "Kansliet yttrar sig i varje ärende.",
    "Riktlinjens ord": "ska",
    "Plats": "5 §",
    "Innan": "dialog kan inledas",
}
ASSOCIATIONS = {
    "Associationsform": "Ideell förening",
    "Kan vara part": "ja",
    "Riktlinjens egna ord": "Föreningar utan vinstsyfte.",
    "Riktlinjens ord": "definition",
    "Innan": "dialog kan inledas",
}
ROUND_TABLE = {
    "Namn": "Rundabordssamtal",
    "Slags möte": "gemensamt möte",
    "Minst antal": "1",
    "Att tala om": "Målet\nRiskerna",
    "Riktlinjens egna ord": "Parterna ska hålla ett rundabordssamtal om målet och riskerna.",
    "Riktlinjens ord": "ska",
    "Innan": "avtalet börjar skrivas",
}
STATUTES = {
    "Namn": "Stadgar",
    "Riktlinjens egna ord": "Föreningen ska lämna sina stadgar.",
    "Riktlinjens ord": "ska",
    "Innan": "avtalet börjar skrivas",
}
EQUALITY_PLAN = {
    "Namn": "Jämställdhetsplan",
    "Riktlinjens egna ord": "Föreningen bör lämna en jämställdhetsplan, om den har någon.",
    "Riktlinjens ord": "bör, om sådana finns",
    "Innan": "avtalet börjar skrivas",
}
OPENNESS = {
    "Rubrik": "Intyg om öppna dörrar",
    "Inledning": "Undertecknad som representant för {organisation} intygar följande.",
    "Punkt 1": "Ingen stängs ute.",
    "Underpunkter till punkt 1": "varken för sin ålder\neller för sin ekonomi",
    "Punkt 2": "Föreningen berättar om sin ekonomi för den som frågar.",
    "Riktlinjens egna ord": "Föreningen ska intyga att dörrarna är öppna.",
    "Riktlinjens ord": "ska",
    "Innan": "avtalet börjar skrivas",
}
WHO_PAYS_ANSWERS = {
    "Ansvarar": "Kulturnämnden",
    "Beslutar": "Kulturnämnden",
    "När pengarna kommer från": "Kulturnämnden",
    "Riktlinjens egna ord": "Kommer pengarna från kulturnämnden är det den som ansvarar och beslutar.",
    "Riktlinjens ord": "ska",
    "Innan": "ärendet går till beslut",
}
A_BODY_DECIDES = {
    "Slags enheter": ["nämnd", "styrelse"],
    "Riktlinjens egna ord": "En nämnd eller styrelsen ska ansvara för varje partnerskap.",
    "Riktlinjens ord": "ska",
    "Innan": "ärendet går till beslut",
}
BOTH_BRING = {
    "Riktlinjens egna ord": "Båda ska bidra med något.",
    "Riktlinjens ord": "ska",
    "Innan": "ärendet går till beslut",
}
TEN_POINTS = {
    "Löftet": {},
    "Parterna": {"Punkten bär": ["parterna"]},
    "Nämndens insats": {},
    "Föreningens insats": {},
    "Scenen och nycklarna": {},
    "Barn och unga": {},
    "Tiden": {"Punkten bär": ["avtalstiden"]},
    "Så följer vi upp": {},
    "Om vi inte kommer överens": {},
    "Hur vi skiljs åt": {},
}
YEAR_AND_A_HALF = {
    "Längst, i månader": "18",
    "Förlängning går": "ja",
    "Slutdag måste finnas": True,
    "Riktlinjens egna ord": "En överenskommelse ska gälla högst ett och ett halvt år.",
    "Riktlinjens ord": "ska",
    "Innan": "ärendet går till beslut",
}


def test_rules_that_nobody_has_told_the_program_of(people: People):
    enter_the_municipality(people)
    takes_no_initiatives_yet(people)

    administrator = people.log_in(PROVKOPING, "administrator")
    rule_editor.open_rule_sets(administrator)
    rule_editor.begin_draft(administrator, "ett tomt regelverk")
    say_what_it_is_as_a_whole(administrator)
    a_rule_without_words_is_told_of(administrator)
    write_the_guideline(administrator)
    read_it_through(administrator)
    publish(administrator)

    reference = send_initiative(people)
    coordinator = people.log_in(PROVKOPING, "samordnare")
    receive(coordinator, reference)
    only_rules_of_the_units_in_the_case(coordinator)
    two_signs_of_three_are_enough(coordinator)
    partly_is_enough(coordinator)
    only_three_purposes_are_good_enough(coordinator)
    statement_comes_in(coordinator, people)
    desk.take_step(coordinator, "Inled dialog", "Dialogen är inledd")

    talk_at_the_round_table(coordinator)
    know_the_association(coordinator)
    declare_openness(coordinator, people)
    desk.take_step(coordinator, "Börja skriva överenskommelsen", "Nu kan ni skriva")

    the_body_is_named(coordinator)
    both_bring_something(coordinator)
    ten_points_and_eighteen_months(coordinator)
    desk.take_step(coordinator, "Skicka till beslut", "Förslaget ligger för beslut")
    decide_and_sign(people, reference)
    desk.open_tab(coordinator, "Avtal")
    desk.take_step(coordinator, "Låt överenskommelsen börja gälla", "Partnerskapet gäller")


def enter_the_municipality(people: People):
    operator = rule_editor.log_in_to_the_installation(people, OPERATOR)
    rule_editor.enter_municipality(operator, PROVKOPING, UNITS)
    for login, (name, role, unit) in STAFF.items():
        rule_editor.enter_person(operator, PROVKOPING, login, name, role, unit)


def takes_no_initiatives_yet(people: People):
    volunteer = people.come(f"/{PROVKOPING.slug}/", width=PHONE)
    expect(volunteer.get_by_role("heading", level=1)).to_contain_text(PROVKOPING.name)
    expect(volunteer.get_by_role("link", name="Lämna ett initiativ")).to_have_count(0)


def say_what_it_is_as_a_whole(administrator: Page):
    administrator.get_by_role("link", name="Ändra titel, ställning och ord").click()
    rule_editor.write(administrator, AS_A_WHOLE)
    rule_editor.saved(administrator)
    rule_editor.back_to_rules(administrator)
    expect(rule_editor.section(administrator, "Regelverket som helhet")).to_contain_text(AS_A_WHOLE["Titel"])
    expect(rule_editor.section(administrator, "Regelverket som helhet")).to_contain_text("överenskommelse")


def a_rule_without_words_is_told_of(administrator: Page):
    """What is left to mend stands by the rule, in the list, and before the button that publishes."""
    administrator.get_by_role("button", name="Lägg till kriterium").click()
    rule_editor.write(administrator, {"Plats": "2 § 1"})
    rule_editor.saved(administrator)
    expect(rule_editor.look(administrator)).to_contain_text("Regeln saknar «Riktlinjens egna ord».")
    rule_editor.back_to_rules(administrator)
    expect(rule_editor.left_to_mend(administrator).get_by_role("link", name="egen-1")).to_be_visible()
    rule_editor.open_page(administrator, "Publicera")
    expect(administrator.get_by_text("Kriterium «egen-1»: Regeln saknar «Riktlinjens egna ord».")).to_be_visible()
    expect(administrator.get_by_role("button", name="Publicera version")).to_be_disabled()

    rule_editor.open_page(administrator, "Regler")
    administrator.get_by_role("button", name="Ta bort egen-1").click()
    desk.told(administrator, "Regeln är borttagen")
    expect(rule_editor.left_to_mend(administrator)).to_contain_text("Reglerna hänger ihop")


def write_the_guideline(administrator: Page):
    rule_editor.add_rule(administrator, "lista med kriterier", SIGNS)
    rule_editor.add_rule(administrator, "yttrande eller samråd", STATEMENT)
    for criterion in (OPEN, UNPAID, NEW, REACHABLE, PURPOSE, NO_CROWDING_OUT, CULTURE_ONLY, TECHNICAL_ONLY):
        rule_editor.add_rule(administrator, "kriterium", criterion | {"Innan": "dialog kan inledas"})
    rule_editor.add_rule(administrator, "associationsform", ASSOCIATIONS)
    rule_editor.add_rule(administrator, "möte", ROUND_TABLE)
    for paper in (STATUTES, EQUALITY_PLAN):
        rule_editor.add_rule(administrator, "underlag", paper)
    rule_editor.add_rule(administrator, "intyg", OPENNESS)
    for route in (WHO_PAYS_ANSWERS, A_BODY_DECIDES):
        rule_editor.add_rule(administrator, "ansvar och beslut", route)
    rule_editor.add_rule(administrator, "insatser", BOTH_BRING)
    for heading, more in TEN_POINTS.items():
        words = {"Riktlinjens egna ord": f"Överenskommelsen ska ta upp {heading.lower()}.", "Riktlinjens ord": "ska"}
        point = {"Rubrik": heading, **words, "Innan": "ärendet går till beslut", **more}
        rule_editor.add_rule(administrator, "avtalspunkt", point)
    rule_editor.add_rule(administrator, "avtalstid", YEAR_AND_A_HALF)
    expect(rule_editor.left_to_mend(administrator)).to_contain_text("Reglerna hänger ihop")


def read_it_through(administrator: Page):
    rule_editor.open_rule(administrator, "Lokalen ska gå att nå")
    expect(rule_editor.look(administrator)).to_contain_text("Delvis")
    rule_editor.back_to_rules(administrator)
    what_is_not_touched_stands(administrator)
    rule_editor.open_page(administrator, "Så läses det")
    main = administrator.get_by_role("main")
    for words in ("ett löfte mellan en förening och en nämnd", "Folkhälsa", "«En överenskommelse ska gälla högst"):
        expect(main).to_contain_text(words)
    for heading in TEN_POINTS:
        expect(main.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    rule_editor.open_page(administrator, "Skillnader")
    expect(main).to_contain_text("Det finns ingen annan version att jämföra med")
    rule_editor.open_page(administrator, "Prova på ärenden")
    expect(main).to_contain_text("inga pågående ärenden")


def what_is_not_touched_stands(administrator: Page):
    """Opened anew, with one thing changed; the rest of the rule is as it was written."""
    for called, written in (("En överenskommelse ska gälla", YEAR_AND_A_HALF), (OPENNESS["Rubrik"], OPENNESS)):
        rule_editor.open_rule(administrator, called)
        rule_editor.write(administrator, {"Plats": "9 §"})
        rule_editor.saved(administrator)
        administrator.reload()
        assert rule_editor.read(administrator, written) == written
        rule_editor.back_to_rules(administrator)


def publish(administrator: Page):
    """Not without a body that has adopted the rules, nor before it has."""
    rule_editor.open_page(administrator, "Publicera")
    button = administrator.get_by_role("button", name="Publicera version")
    administrator.get_by_label("Beslutsdag").fill(desk.TODAY)
    administrator.get_by_label("Paragraf").fill("42")
    button.click()
    expect(administrator.get_by_role("alert")).to_contain_text("Antagen av")
    administrator.get_by_label("Antagen av").fill("Kommunfullmäktige")
    administrator.get_by_label("Beslutsdag").fill((desk.the_day() + timedelta(days=1)).isoformat())
    button.click()
    expect(administrator.get_by_role("alert")).to_contain_text("framtiden")
    administrator.get_by_label("Beslutsdag").fill(desk.TODAY)
    button.click()
    desk.told(administrator, "är publicerad")
    expect(administrator.get_by_role("main")).to_contain_text("Antagen av Kommunfullmäktige")
    expect(administrator.get_by_role("main")).to_contain_text("§ 42")
    expect(administrator.get_by_role("button", name="Lägg till kriterium")).to_have_count(0)


def send_initiative(people: People) -> str:
    volunteer = people.come("/", width=PHONE)
    volunteer.get_by_role("link", name=PROVKOPING.name).click()
    expect(volunteer.get_by_role("main")).to_contain_text("ett löfte mellan en förening och en nämnd")
    volunteer.get_by_role("link", name="Lämna ett initiativ").click()
    asked = []

    def look(page: Page):
        asked.append(page.get_by_role("group", name=REACHABLE["Med enkla ord"]).count())

    public.fill_in(volunteer, PROVKOPING, look=look)
    assert asked == [0, 0, 0, 0, 1, 0]
    return public.send(volunteer)


def receive(coordinator: Page, reference: str):
    row = coordinator.get_by_role("row").filter(has_text=reference)
    row.get_by_role("link", name="Ta emot initiativet").click()
    desk.submit(desk.gate(coordinator), "Ta emot initiativet", "Initiativet är mottaget")


def only_rules_of_the_units_in_the_case(coordinator: Page):
    """What is one body's alone comes when the case is that body's, and goes when it is another's."""
    desk.open_tab(coordinator, "Checklista")
    expect(rule(coordinator, OPEN)).to_be_visible()
    expect(rule(coordinator, CULTURE_ONLY)).to_have_count(0)
    expect(rule(coordinator, TECHNICAL_ONLY)).to_have_count(0)
    for body, its, not_its in (
        ("Tekniska nämnden", TECHNICAL_ONLY, CULTURE_ONLY),
        ("Kulturnämnden", CULTURE_ONLY, TECHNICAL_ONLY),
    ):
        responsible_is(coordinator, body)
        desk.open_tab(coordinator, "Checklista")
        expect(rule(coordinator, its)).to_be_visible()
        expect(rule(coordinator, not_its)).to_have_count(0)
        assert hinders_about(coordinator, its["Riktlinjens egna ord"].rstrip("."))
        assert not hinders_about(coordinator, not_its["Riktlinjens egna ord"].rstrip("."))
    answer(coordinator, CULTURE_ONLY, "Ja")


def two_signs_of_three_are_enough(coordinator: Page):
    signs = coordinator.get_by_role("region", name="Tre kännetecken")
    answer(coordinator, OPEN, "Ja")
    answer(coordinator, UNPAID, "Nej")
    assert hinders_about(coordinator, "Tre kännetecken")
    expect(signs).to_contain_text(SIGNS["Annars"])
    answer(coordinator, NEW, "Ja")
    assert not hinders_about(coordinator, "Tre kännetecken")
    assert not hinders_about(coordinator, "ideellt arbete")
    expect(signs).to_contain_text(SIGNS["Riktlinjens slutsats"])


def partly_is_enough(coordinator: Page):
    answer(coordinator, REACHABLE, "Nej")
    assert hinders_about(coordinator, "utan bil")
    answer(coordinator, REACHABLE, "Delvis")
    assert not hinders_about(coordinator, "utan bil")


def only_three_purposes_are_good_enough(coordinator: Page):
    answer(coordinator, PURPOSE, "Något annat")
    assert hinders_about(coordinator, "Vilket ändamål")
    answer(coordinator, PURPOSE, "Bildning")
    assert not hinders_about(coordinator, "Vilket ändamål")


def statement_comes_in(coordinator: Page, people: People):
    row = rule(coordinator, NO_CROWDING_OUT)
    expect(row.get_by_role("radio", disabled=True)).to_have_count(3)
    assert any("väntar på yttrande" in text for text in hinders_about(coordinator, "ingen näring"))
    desk.ask_for_statements(coordinator, PROVKOPING.adviser)
    adviser = people.log_in(PROVKOPING, "radgivare")
    adviser.get_by_role("link", name=f"Yttrande från {PROVKOPING.adviser}").first.click()
    assert desk.answer_statements(adviser, "Rolf Rådgivare") == 1
    desk.open_tab(coordinator, "Checklista")
    answer(coordinator, NO_CROWDING_OUT, "Ja")


def talk_at_the_round_table(coordinator: Page):
    assert hinders_about(coordinator, "Rundabordssamtal")
    desk.note_meetings(coordinator)
    assert not hinders_about(coordinator, "Rundabordssamtal")


def know_the_association(coordinator: Page):
    """The statutes must come; a plan that does not exist need not, once that is said."""
    desk.open_tab(coordinator, "Parter och underlag")
    assert desk.papers_that_lack(coordinator) == ["Stadgar", "Jämställdhetsplan"]
    assert hinders_about(coordinator, "stadgar saknas")
    desk.hand_in(coordinator, "Stadgar", a_paper())
    desk.review(coordinator, "Stadgar", "Granskad, godtas")
    assert not hinders_about(coordinator, "stadgar")
    assert desk.findings(coordinator, "Varning")
    desk.review(coordinator, "Jämställdhetsplan", "Finns ej")
    assert not desk.findings(coordinator, "Varning")


def declare_openness(coordinator: Page, people: People):
    coordinator.get_by_label("Företrädarens e-post").fill("olle@forening.example")
    desk.submit(coordinator.get_by_role("main"), "Skicka för bekräftelse", "Intyget är skickat")
    representative = people.come("/", width=PHONE)
    public.open_letter(representative, "intyg")
    public.follow_link(representative)
    for words in ("Ingen stängs ute.", "eller för sin ekonomi", PROVKOPING.organisation):
        expect(representative.get_by_role("main")).to_contain_text(words)
    public.confirm_declaration(representative)
    desk.open_tab(coordinator, "Parter och underlag")
    expect(coordinator.get_by_text("av Olle Ordförande, ordförande")).to_be_visible()


def the_body_is_named(coordinator: Page):
    """Without a body the case does not go to decision."""
    responsible_is(coordinator, "")
    assert hinders_about(coordinator, "nämnd eller styrelse")
    responsible_is(coordinator, "Kulturnämnden")
    assert not hinders_about(coordinator, "nämnd eller styrelse")


def both_bring_something(coordinator: Page):
    assert len(hinders_about(coordinator, "Ingen insats från")) == 2
    desk.open_tab(coordinator, "Parter och underlag")
    desk.note_contribution(coordinator, PROVKOPING.name, "Pengar", "Bidrag till verksamheten", 90_000)
    desk.note_contribution(coordinator, PROVKOPING.organisation, "Ideell tid", "Värdar på scenen", 120_000)
    assert not hinders_about(coordinator, "Ingen insats från")


def ten_points_and_eighteen_months(coordinator: Page):
    desk.open_tab(coordinator, "Avtal")
    send = desk.step(coordinator, "Skicka till beslut")
    assert len(hinders_about(coordinator, "Punkten ")) == len(TEN_POINTS)
    assert desk.write_points(coordinator, unused="") == list(TEN_POINTS)
    desk.set_term(coordinator, START, PROVKOPING.too_long, PROVKOPING.plan)
    (hinder,) = desk.findings(coordinator, "Hinder")
    assert f"längre än 18 månader; sista möjliga dag är {day(LAST_DAY)}" in hinder
    expect(send).to_be_disabled()
    desk.set_term(coordinator, START, PROVKOPING.end, PROVKOPING.plan)
    expect(send).to_be_enabled()


def decide_and_sign(people: People, reference: str):
    secretary = people.log_in(PROVKOPING, "sekreterare")
    secretary.get_by_role("link", name="Ärenden").first.click()
    secretary.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
    desk.gate(secretary).get_by_role("link", name="För in beslutet").click()
    desk.record_decision(secretary)
    expect(secretary.get_by_role("main")).to_contain_text(f"Kulturnämnden, {day(desk.the_day())}, § 118")
    paper = secretary.request.get(secretary.get_by_role("link", name="Hämta PDF").get_attribute("href")).body()
    words = words_of(paper)
    for wanted in (PROVKOPING.name, PROVKOPING.organisation, day(START), day(LAST_DAY), *TEN_POINTS):
        assert wanted in words
    desk.register_signatures(secretary, paper)


def test_two_administrators_on_the_same_rule(people: People):
    """The one who comes last is told, with both texts; nothing is lost, and she may save hers."""
    ada = people.log_in(MORA, "administrator")
    rule_editor.open_rule_sets(ada)
    ada.get_by_role("button", name="Börja").click()
    desk.told(ada, "Utkastet är påbörjat")
    rule_editor.open_rule(ada, "Verksamheten sker på initiativ")
    alva = people.log_in(MORA, "kollegan")
    alva.goto(ada.url)

    rule_editor.write(ada, {"Vår läsning": "Initiativet är föreningens."})
    rule_editor.saved(ada)
    rule_editor.write(ada, {"Plats": "Checklistan, punkt 1", "Innan": "avtalet börjar skrivas"})
    rule_editor.saved(ada)
    rule_editor.write(alva, {"Vår läsning": "Initiativet ska vara organisationens eget."})
    told = rule_editor.status(alva)
    expect(told).to_contain_text("Regeln har ändrats av Ada Administratör")
    for label, hers, mine in (
        ("Vår läsning", "Initiativet är föreningens.", "Initiativet ska vara organisationens eget."),
        ("Plats", "Checklistan, punkt 1", "Checklista för inkomna IOP-initiativ, punkt 1"),
        ("Innan", "avtalet börjar skrivas", "dialog kan inledas"),
    ):
        differs = told.get_by_role("row").filter(has=alva.get_by_role("rowheader", name=label, exact=True))
        expect(differs.get_by_role("cell")).to_have_text([hers, mine])
    expect(desk.field(alva.locator("#rad"), "Vår läsning")).to_have_value("Initiativet ska vara organisationens eget.")

    alva.get_by_role("button", name="Spara min text i stället").click()
    rule_editor.saved(alva)
    rule_editor.write(alva, {"Att titta på vid bedömningen": "Vem ringde först?"})
    rule_editor.saved(alva)

    rule_editor.write(ada, {"Vår läsning": "Föreningen kom på det."})
    expect(rule_editor.status(ada)).to_contain_text("Regeln har ändrats av Alva Administratör")
    ada.get_by_role("link", name="Behåll det som står").click()
    text = desk.field(ada.locator("#rad"), "Vår läsning")
    expect(text).to_have_value("Initiativet ska vara organisationens eget.")
    expect(desk.field(ada.locator("#rad"), "Att titta på vid bedömningen")).to_have_value("Vem ringde först?")


def test_who_writes_faster_than_the_server_answers_is_not_refused(people: People):
    ada = people.log_in(MORA, "administrator")
    rule_editor.open_rule_sets(ada)
    rule_editor.begin_draft(ada, "ett tomt regelverk")
    ada.get_by_role("button", name="Lägg till möte").click()
    words = {"Namn": "Samtal", "Minst antal": "2", "Att tala om": "Målet", "Plats": "3 §"}
    expect(desk.field(ada.locator("#rad"), "Namn")).to_be_visible()
    ada.evaluate(
        """words => {
          for (const label of document.querySelectorAll('#rad label')) {
            const said = words[label.textContent.replace('*', '').trim()];
            if (!said) continue;
            document.getElementById(label.htmlFor).value = said;
            document.getElementById(label.htmlFor).dispatchEvent(new Event('change', {bubbles: true}));
          }
        }""",
        words,
    )
    rule_editor.saved(ada)
    ada.reload()
    for label, said in words.items():
        expect(desk.field(ada.locator("#rad"), label)).to_have_value(said)


# What is done again and again


def rule(page: Page, written: dict):
    """Its row in the checklist."""
    words = page.get_by_text(written["Riktlinjens egna ord"], exact=True)
    return page.locator(".criterion").filter(has=words)


def answer(page: Page, written: dict, label: str):
    with desk.autosaved(page):
        rule(page, written).get_by_role("group").get_by_text(label, exact=True).click()


def hinders_about(page: Page, words: str) -> list[str]:
    return [text for text in desk.findings(page, "Hinder") if words in text]


def responsible_is(page: Page, body: str):
    desk.open_tab(page, "Översikt")
    form = desk.form_of_facts(page)
    form.get_by_label("Ansvarig nämnd eller styrelse").select_option(body)
    desk.submit(form, "Spara uppgifterna", "Uppgifterna är sparade")
