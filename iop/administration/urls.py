"""Addresses of the pages where a municipality changes its own rules."""

from django.urls import include, path

from .views import form_words, letter_templates, public_pages, publishing, rows, rule_sets

row = [
    path("", rows.row, name="rule_set_row"),
    path("flytta/", rows.move, name="move_rule"),
    path("ta-bort/", rows.remove, name="remove_rule"),
]

version = [
    path("", rule_sets.rule_set, name="rule_set"),
    path("fil.toml", rule_sets.export, name="export_rule_set"),
    path("undan/", rule_sets.aside, name="set_rule_set_aside"),
    path("helhet/", rows.settings, name="rule_set_settings"),
    path("lagg-tillbaka/", rows.restore, name="restore_rule"),
    path("visa/", publishing.preview, name="preview_rule_set"),
    path("skillnader/", publishing.compare_versions, name="rule_set_differences"),
    path("prov/", publishing.trial, name="try_rule_set"),
    path("avsluta/", publishing.end, name="end_addition"),
    path("publicera/", publishing.publishing, name="publish_rule_set"),
    path("regler/<slug:table>/ny/", rows.add, name="add_rule"),
    path("regler/<slug:table>/<str:key>/", include(row)),
]

urlpatterns = [
    path("brevmallar/", letter_templates.letter_templates, name="letter_templates"),
    path("brevmallar/<int:pk>/", letter_templates.letter_template, name="letter_template"),
    path("oppna-sidor/", public_pages.public_pages, name="public_pages"),
    path("oppna-sidor/underskrift/", public_pages.signing, name="let_sign_here"),
    path("oppna-sidor/kontakt/<slug:kind>/", public_pages.contact, name="edit_contact"),
    path("oppna-sidor/form-<slug:step>/", form_words.form_words, name="edit_form_words"),
    path("oppna-sidor/<slug:key>/", public_pages.page_text, name="edit_page"),
    path("regelverk/", rule_sets.rule_sets, name="rule_sets"),
    path("regelverk/nytt/", rule_sets.begin, name="begin_rule_set"),
    path("regelverk/<int:number>/", include(version)),
]
