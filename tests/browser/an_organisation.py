"""Run as a program of its own: in the municipality that is named, an organisation of which everything is asked.

Its representative is confirmed, papers and a declaration wait, and a draft of the agreement is shared.
"""

import json
import sys

import django


def main():
    django.setup()
    slug, contact = sys.argv[1:]
    print(json.dumps(everything_asked(slug, contact)))


def everything_asked(slug: str, contact: str) -> dict[str, str]:
    """Addresses of the organisation's own pages: the case, a paper, the declaration, the draft."""
    from agreements.sharing import share
    from iop.municipalities.models import User
    from partners.actions import send_declaration
    from partners.papers import asked_by_rules, review
    from partners.representatives import confirm
    from tests.cases import driver

    by = User.objects.get(email=f"samordnare@{slug}.example")
    facts = {"organisation_name": "Kvällsgruppen", "organisation_number": driver.number(77), "contact_email": contact}
    case = driver.send_in(driver.municipality(slug), title="Kvällsöppet för alla", **facts)
    party = case.parties.get()
    confirm(party.organisation, name="Olle Ek", email=contact, phone="", role="ordförande", ground="protokoll", by=by)
    agreement = driver.to_drafting(driver.to_assessment(case, by=by), by=by)
    driver.write(agreement, by=by)
    share(agreement, by=by, absolute=driver.absolute, note="Läs gärna.")
    own = f"/mina-sidor/{slug}/{case.reference}/"
    found = {"own": own, "draft": f"{own}utkast/"}
    for rule, part, _ in list(asked_by_rules(party))[:1]:
        review(party, rule, part, status="rejected", note="Sidan 2 saknas.", by=by)
        found["paper"] = f"{own}underlag/{rule.key}-{party.pk}-{part or 0}/"
    early = driver.send_in(driver.municipality(slug), title="En ny idé", **facts)
    driver.to_assessment(early, by=by)
    for rule in early.rules.declarations:
        declaration = send_declaration(early.parties.get(), rule, to=contact, by=by, absolute=driver.absolute)
        found["declaration"] = f"/mina-sidor/{slug}/{early.reference}/intyg/{declaration.pk}/"
    return found


if __name__ == "__main__":
    main()
