import time, pytest
from tests.cases import driver


@pytest.mark.parametrize("slug", driver.FIVE)
def test_walk(db, slug):
    at = driver.municipality(slug)
    by = driver.person("K", at, "coordinator")
    t = time.time()

    def tick(what):
        nonlocal t
        print(what, round(time.time() - t, 2))
        t = time.time()

    case = driver.send_in(at)
    tick("send")
    driver.to_assessment(case, by=by)
    tick("receive")
    driver.fulfil(case, by=by)
    tick("fulfil")
    print(driver.says(case.findings_before("dialogue")))
    case.move_to("dialogue", by=by)
    print(driver.says(case.findings_before("agreement")))
    tick("checks")
    from agreements.actions import begin_writing

    a = begin_writing(case, by=by)
    tick("begin")
    driver.write(a, by=by)
    tick("write")
    print(driver.says(a.findings_before("decision")))
    from agreements.actions import send_to_decision

    send_to_decision(a, by=by)
    tick("to decision")
    driver.yes(a, by=by)
    tick("yes")
    driver.to_in_force(a, by=by)
    tick("force")
    print(a.stage, case.stage)
