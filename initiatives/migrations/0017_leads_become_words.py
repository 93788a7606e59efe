"""What was written as texts of the form's pages, with «# » and a question for its help, becomes words of the steps.

Help that is longer than there is room for stays under the step's heading, below its question, so that nothing is lost.
"""

from django.db import migrations

MOST = 500  # letters of help
HEAD = {"skicka": "files"}  # where the text of the page stood, but under the step's heading
QUESTIONS = {
    "iden": {
        "challenge": "Vilken samhällsutmaning handlar det om?",
        "idea": "Vad vill ni göra tillsammans med kommunen?",
    },
    "for-vem": {"target_group": "För vem?", "better": "Vad blir bättre för dem?"},
    "bidrag": {
        "we_bring": "Något mer ni bidrar med?",
        "municipality_brings": "Något mer kommunen skulle kunna bidra med?",
    },
}


def words_of(step: str, text: str) -> dict[str, str]:
    questions = {label: key for key, label in QUESTIONS.get(step, {}).items()}
    pieces = [("", [])]
    for line in text.splitlines():
        asked = line.strip().removeprefix("#").strip() if line.strip().startswith("# ") else ""
        if asked:
            pieces.append((questions.get(asked, ""), [line]))
        else:
            pieces[-1][1].append(line)
    lead, help_of = [], {}
    for key, lines in pieces:
        told = " ".join(" ".join(line.strip().removeprefix("- ") for line in lines[1:]).split()) if key else ""
        together = f"{help_of.get(key, '')} {told}".strip()
        if told and len(together) <= MOST:
            help_of[key] = together
        else:
            lead += lines
    said = {f"{HEAD.get(step, 'step')}-help": "\n".join(lead).strip()}
    return {name: text for name, text in said.items() if text} | {f"{key}-help": text for key, text in help_of.items()}


def text_of(step: str, words: dict[str, str]) -> str:
    helped = [
        f"# {label}\n{words[f'{key}-help']}"
        for key, label in QUESTIONS.get(step, {}).items()
        if words.get(f"{key}-help")
    ]
    return "\n\n".join(filter(None, [words.get(f"{HEAD.get(step, 'step')}-help", ""), *helped]))


def to_words(apps, schema_editor):
    texts = apps.get_model("municipalities", "PageText").objects.filter(page__startswith="form-")
    for row in texts:
        words, step = words_of(row.page.removeprefix("form-"), row.text), row.page.removeprefix("form-")
        if words:
            model = apps.get_model("initiatives", "FormWords")
            model.objects.create(municipality_id=row.municipality_id, step=step, words=words)
    texts.delete()


def to_texts(apps, schema_editor):
    model = apps.get_model("municipalities", "PageText")
    for row in apps.get_model("initiatives", "FormWords").objects.all():
        if text := text_of(row.step, row.words):
            model.objects.create(municipality_id=row.municipality_id, page=f"form-{row.step}", text=text)


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0016_words_of_the_form"), ("municipalities", "0006_shared_counts")]

    operations = [migrations.RunPython(to_words, to_texts)]
