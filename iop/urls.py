from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from initiatives.views import attachments, draft, receipt, start
from iop.demo import views as demo
from iop.portal import declarations, pages, register, replies
from iop.portal import views as portal
from iop.portal.login import Login, admin_login

municipality = [
    path("", portal.municipality, name="municipality"),
    path("farg.css", portal.colours, name="colours"),
    path("riktlinje/", portal.guideline, name="guideline"),
    path("riktlinje.pdf", portal.guideline_pdf, name="guideline_pdf"),
    path("passar-det/", portal.fits, name="fits"),
    path("vad-ar-iop/", pages.page, {"key": "what"}, name="page_what"),
    path("sa-gar-det-till/", pages.page, {"key": "way"}, name="page_way"),
    path("kontakt/", pages.page, {"key": "contact"}, name="page_contact"),
    path("tillganglighet/", pages.page, {"key": "accessibility"}, name="page_accessibility"),
    path("tillganglighet/rapportera/", pages.report_fault, name="report_fault"),
    path("personuppgifter/", pages.page, {"key": "privacy"}, name="page_privacy"),
    path("register/", register.register, name="register"),
    path("register/<slug:reference>/", register.partnership, name="partnership"),
    path("register.csv", register.register_csv, name="register_csv"),
    path("register.json", register.register_json, name="register_json"),
    path("register.schema.json", register.register_schema, name="register_schema"),
    path("register.atom", register.register_feed, name="register_feed"),
    path("initiativ/nytt/", start.new, name="initiative_new"),
    path("initiativ/utkast/<str:token>/skicka-in/", draft.send_draft, name="draft_send"),
    path("initiativ/utkast/<str:token>/lanken-igen/", draft.mail_link_again, name="draft_link_again"),
    path("initiativ/utkast/<str:token>/byt-lank/", draft.change_owners_link, name="draft_link_change"),
    path("initiativ/utkast/<str:token>/bjud-in/", draft.invite_writer, name="draft_invite"),
    path("initiativ/utkast/<str:token>/lankar/<int:pk>/", draft.revoke_link, name="draft_revoke"),
    path("initiativ/utkast/<str:token>/bilagor/", attachments.add_files, name="draft_files"),
    path("initiativ/utkast/<str:token>/bilagor/ny/", attachments.announce_file, name="draft_file_new"),
    path("initiativ/utkast/<str:token>/bilagor/<int:pk>/", attachments.take_piece, name="draft_file_piece"),
    path("initiativ/utkast/<str:token>/bilagor/<int:pk>/bort/", attachments.remove_file, name="draft_file_remove"),
    path("initiativ/utkast/<str:token>/", draft.where_they_were, name="draft_open"),
    path("initiativ/utkast/<str:token>/<slug:step>/", draft.step, name="draft"),
    path("initiativ/kvitto/<str:token>/", receipt.receipt, name="receipt"),
    path("initiativ/kvitto/<str:token>/kvitto.pdf", receipt.receipt_as_pdf, name="receipt_pdf"),
    path("", include("iop.administration.urls")),
    path("", include("iop.desk.urls")),
]

urlpatterns = [
    path("", portal.home, name="home"),
    path("jamfor/", portal.compare, name="compare"),
    path("halsa/", portal.health, name="health"),
    path("logga-in/", Login.as_view(), name="login"),
    path("logga-ut/", auth.LogoutView.as_view(next_page="home"), name="logout"),
    path("mina-sidor/", include("iop.portal.mine.urls")),
    path("demo/brev/", demo.letters, name="demo_letters"),
    path("demo/brev/<int:number>/", demo.letter, name="demo_letter"),
    path("svar/<str:token>/", replies.reply, name="reply"),
    path("svar/<str:token>/fil/<int:pk>/", replies.reply_file, name="reply_file"),
    path("intyg/<str:token>/", declarations.declaration, name="declaration"),
    path("admin/login/", admin_login, name="admin_login"),
    path("admin/", admin.site.urls),
    path("<slug:slug>/", include(municipality)),
]

handler400 = "iop.portal.errors.too_large"
handler403 = "iop.portal.errors.forbidden"
handler404 = "iop.portal.errors.not_found"
handler429 = "iop.portal.errors.too_many"  # allauth's limits
handler500 = "iop.portal.errors.server_error"
