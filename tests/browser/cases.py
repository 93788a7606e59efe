"""Run as a program of its own: one case in Mora at each stage, so that every page has something to show."""

import json

import django

LONG = "Arbetsmarknadsintegrationssamordningsverksamhetens språkcafé"


def main():
    django.setup()
    print(json.dumps(in_every_stage()))


def in_every_stage() -> dict[str, str]:
    """Stage -> reference."""
    from followup.actions import end
    from iop.municipalities.models import User
    from tests.cases import driver

    mora = driver.municipality("mora")
    by = User.objects.get(email="samordnare@mora.example")
    steps = (
        ("assessment", driver.to_assessment),
        ("drafting", driver.to_drafting),
        ("decision", driver.to_decision),
        ("signing", driver.to_signing),
        ("in_force", driver.to_in_force),
    )

    def new(name: str) -> object:
        return driver.send_in(
            mora, title=f"{LONG} {name}", contact_email="anna.akesson@arbetsmarknadsintegrationssamordning.example"
        )

    made = {"received": new("nyss").reference}
    for place, (name, _) in enumerate(steps, 1):
        case = thing = new(name)
        for _, step in steps[:place]:
            thing = step(thing, by=by)
        made[name] = case.reference
    dialogue = driver.to_dialogue(driver.to_assessment(new("dialog"), by=by), by=by)
    closed = driver.to_assessment(new("avslutat"), by=by)
    end(closed, outcome="grant", why="Passar bättre som bidrag.", by=by)
    return made | {"dialogue": dialogue.reference, "closed": closed.reference}


if __name__ == "__main__":
    main()
