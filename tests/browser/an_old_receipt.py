"""Run as a program of its own: the address of a receipt whose link has ended, in the municipality that is named."""

import json
import sys
import uuid
from datetime import timedelta

import django


def main():
    django.setup()
    print(json.dumps(address_of_old_receipt(*sys.argv[1:])))


def address_of_old_receipt(slug: str) -> str:
    from django.utils import timezone

    from initiatives.actions import submit
    from tests.cases import driver

    initiative, token = submit(
        driver.municipality(slug),
        submission=uuid.uuid4(),
        written=driver.written(),
        own_answers={},
        absolute=driver.absolute,
    )
    initiative.submitted_at = timezone.now() - timedelta(days=800)
    initiative.save(update_fields=["submitted_at"])
    return f"/{slug}/initiativ/kvitto/{token}/"


if __name__ == "__main__":
    main()
