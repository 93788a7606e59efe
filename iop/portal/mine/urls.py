from django.urls import include, path

from . import drafts, equals, leaving, login, pages, people, reports, signing, writing

case = [
    path("", pages.mine_case, name="mine_case"),
    path("fil/<int:pk>/", pages.mine_file, name="mine_file"),
    path("skriv/", writing.mine_write, name="mine_write"),
    path("brev/<int:pk>/svara/", writing.mine_answer, name="mine_answer"),
    path("underlag/<slug:key>/", writing.mine_paper, name="mine_paper"),
    path("intyg/<int:pk>/", writing.mine_declaration, name="mine_declaration"),
    path("utkast/", drafts.mine_draft, name="mine_draft"),
    path("uppfoljning/<int:pk>/", reports.mine_report, name="mine_report"),
    path("skriv-under/", signing.mine_sign, name="mine_sign"),
    path("skriv-under/har/", signing.mine_sign_here, name="mine_sign_here"),
    path("fragor/", equals.mine_questions, name="mine_questions"),
    path("overens/", equals.mine_agree, name="mine_agree"),
    path("personer/", people.mine_people, name="mine_people"),
    path("personer/<int:pk>/ta-bort/", people.mine_end_access, name="mine_end_access"),
    path("foretradare/<int:pk>/avsluta/", people.mine_end_representative, name="mine_end_representative"),
    path("aterta/", leaving.mine_withdraw, name="mine_withdraw"),
]

urlpatterns = [
    path("", pages.mine, name="mine"),
    # allauth knows these two by name
    path("logga-in/", login.AskForCode.as_view(), name="account_request_login_code"),
    path("logga-in/kod/", login.GiveCode.as_view(), name="account_confirm_login_code"),
    path("<slug:slug>/<slug:reference>/", include(case)),
]
