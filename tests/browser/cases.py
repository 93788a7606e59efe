"""Run as a program of its own: a case in Mora at each stage that is named, so that every page has something to show."""

import json
import sys

import django

LONG = "Arbetsmarknadsintegrationssamordningsverksamhetens språkcafé"


def main():
    django.setup()
    print(json.dumps({stage: case_in(stage) for stage in sys.argv[1:]}))


def case_in(stage: str) -> str:
    """Its reference."""
    from followup.actions import end
    from iop.municipalities.models import User
    from tests.cases import driver

    mora = driver.municipality("mora")
    by = User.objects.get(email="samordnare@mora.example")
    contact = "anna.akesson@arbetsmarknadsintegrationssamordning.example"
    case = thing = driver.send_in(mora, title=f"{LONG} {stage}", contact_email=contact)
    ways = {
        "received": (),
        "assessment": (driver.to_assessment,),
        "closed": (driver.to_assessment,),
        "dialogue": (driver.to_assessment, driver.to_dialogue),
    }
    to_the_end = (driver.to_drafting, driver.to_decision, driver.to_signing, driver.to_in_force)
    for number, name in enumerate(("drafting", "decision", "signing", "in_force"), 1):
        ways[name] = (driver.to_assessment, *to_the_end[:number])
    for step in ways[stage]:
        thing = step(thing, by=by)
    if stage == "closed":
        end(thing, outcome="grant", why="Passar bättre som bidrag.", by=by)
    return case.reference


if __name__ == "__main__":
    main()
