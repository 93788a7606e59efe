"""Conventions that are worth keeping: every address guarded, no municipality in the code, nothing left over."""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CASCADE
from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("iop", "initiatives", "partners", "agreements", "followup")
TEMPLATES = ROOT / "templates"
NAMES = ("soderhamn", "söderhamn", "botkyrka", "mora", "stockholm", "gavle", "gävle")

# Open to everybody on purpose. Every other address asks who it is: with @official, or like logging out.
OPEN = {"home", "compare", "health", "login", "demo_letters", "demo_letter", "declaration"}
OPEN |= {"municipality", "colours", "guideline", "guideline_pdf", "fits", "initiative_new", "receipt"}
OPEN |= {"reply", "reply_file", "calendar_feed", "admin_login"}
OPEN |= {
    "draft",
    "draft_send",
    "draft_link_again",
    "draft_open",
    "draft_invite",
    "draft_revoke",
    "draft_files",
    "draft_file_new",
}
OPEN |= {"draft_file_piece", "draft_file_remove", "draft_link_change", "receipt_pdf"}
OPEN |= {"account_request_login_code", "account_confirm_login_code"}
OPEN |= {"page_what", "page_way", "page_contact", "page_accessibility", "page_privacy", "report_fault"}
OPEN |= {"register", "partnership", "register_csv", "register_json", "register_schema", "register_feed"}
ASKS_FOR_LOGIN_ALONE = {"logout"}


def code() -> Iterator[Path]:
    """Our own Python files but for the demonstration, which tells of the five by name, and migrations."""
    for package in (*PACKAGES, "scripts"):
        for path in (ROOT / package).rglob("*.py"):
            if "demo" not in path.parts and "migrations" not in path.parts:
                yield path


def templates() -> list[Path]:
    return [path for path in TEMPLATES.rglob("*") if path.is_file()]


def addresses(resolver=None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif entry.namespace != "admin":
            yield from addresses(entry)


def test_every_address_is_guarded_or_open_on_purpose():
    found = {"official": set(), "open": set(), "login": set(), "organisation": set()}
    for entry in addresses():
        guarded = "official" if hasattr(entry.callback, "act") else ""
        guarded = guarded or ("organisation" if hasattr(entry.callback, "for_organisations") else "")
        kind = guarded or ("login" if getattr(entry.callback, "login_required", True) else "open")
        found[kind].add(entry.name)
    assert found["open"] == OPEN
    assert found["login"] == ASKS_FOR_LOGIN_ALONE
    assert found["organisation"] == {
        str(entry.name) for entry in addresses() if entry.callback.__module__.startswith("iop.portal.mine.")
    } - {"account_request_login_code", "account_confirm_login_code"}
    assert found["official"] and not found["official"] & (OPEN | ASKS_FOR_LOGIN_ALONE)


def test_every_official_address_has_a_name_of_its_own():
    names = [entry.name for entry in addresses()]
    assert sorted(names) == sorted(set(names))


def texts(path: Path) -> Iterator[str]:
    """Every string in the code; what is written to people who read the code (docstrings, comments) is not code."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            yield node.value


def test_no_line_of_code_names_a_municipality():
    named = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in code()
        for text in texts(path)
        for name in NAMES
        if re.search(rf"\b{name}", text, re.IGNORECASE)
    }
    assert named == {"iop/settings.py: Europe/Stockholm"}


def test_no_line_of_code_asks_which_municipality_it_serves():
    asks = []
    for path in code():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                about = any(isinstance(side, ast.Attribute) and side.attr in ("slug", "short_name") for side in sides)
                if about and any(isinstance(side, ast.Constant | ast.Set | ast.Tuple | ast.List) for side in sides):
                    asks.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert asks == []


@pytest.mark.parametrize(
    "path", [p for p in templates() if "demo" not in p.parts], ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_no_template_names_or_asks_for_a_municipality(path):
    text = path.read_text()
    assert [name for name in NAMES if re.search(rf"\b{name}", text, re.IGNORECASE)] == []
    assert re.findall(r"slug\s*[!=]=", text) == []


def test_no_template_is_left_over():
    everywhere = [path.read_text() for path in (*templates(), *ROOT.glob("iop/demo/**/*.py"), *code())]
    taken_by_django = {"registration/login.html"}
    unused = {
        name
        for name in (str(path.relative_to(TEMPLATES)) for path in templates())
        if not any(name in text for text in everywhere)
    }
    assert unused == taken_by_django


def test_every_form_that_is_sent_carries_its_token():
    """But the self-check, which stores nothing, drafts and personal links, whose address is a secret, and the report of
    a fault, which is a letter: a token would set a cookie."""
    open_ones = {TEMPLATES / "portal/fits.html", TEMPLATES / "portal/report_fault.html"}
    open_ones |= {TEMPLATES / f"portal/{name}.html" for name in ("reply", "reply_to_statement", "reply_to_round")}
    open_ones |= {TEMPLATES / "portal/declaration.html"}
    without = []
    for path in templates():
        if path in open_ones or path.parent == TEMPLATES / "initiatives/draft":
            continue
        for form in re.findall(r"<form[^>]*>.*?</form>", path.read_text(), re.DOTALL):
            if re.search(r'method="post"', form, re.IGNORECASE) and "{% csrf_token %}" not in form:
                without.append(f"{path.relative_to(TEMPLATES)}: {form[:60]}")
    assert without == []


def test_no_browser_cuts_what_is_pasted():
    """A long text is refused in words, and kept (``Uncut`` in forms, ``written`` on the desk)."""
    cut = [path for path in templates() if re.search(r"<textarea[^>]*maxlength", path.read_text())]
    assert cut == []


def test_no_template_turns_escaping_off_for_a_page():
    """Letters and texts for the case file are plain text; pages are never unescaped."""
    risky = [path for path in templates() if re.search(r"\|safe\b|autoescape off|mark_safe", path.read_text())]
    assert {path.suffix for path in risky} == {".txt"}


def test_no_migration_is_missing(db):
    told = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=told)
    assert told.getvalue() == "No changes detected\n"


def test_nothing_of_ours_is_removed_with_something_else():
    """Records are kept: a row that others point at is protected."""
    cascades = [
        f"{model._meta.label}.{field.name}"
        for package in PACKAGES
        for config in apps.get_app_configs()
        if config.name.split(".")[0] == package
        for model in config.get_models()
        if not model.__name__.startswith("Historical")
        for field in model._meta.get_fields()
        if field.many_to_one and not field.auto_created and field.remote_field.on_delete is CASCADE
    ]
    assert cascades == []
