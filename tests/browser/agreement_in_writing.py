"""An agreement on Mora's writing desk, where everything around it is ready. Prints the address of its page."""

import json

import django


def main():
    django.setup()
    from iop.municipalities.models import User
    from tests.browser.places import MORA
    from tests.cases import driver

    by = User.objects.get(email=MORA.email("samordnare"))
    case = driver.to_assessment(driver.send_in(driver.municipality(MORA.slug), title="Två vid samma punkt"), by=by)
    print(json.dumps(driver.to_drafting(case, by=by).get_absolute_url()))


if __name__ == "__main__":
    main()
