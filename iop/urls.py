from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from initiatives import views as initiatives
from iop.demo import views as demo
from iop.portal import pages, register, replies
from iop.portal import views as portal
from iop.portal.login import Login
from partners import views as partners

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
    path("initiativ/nytt/", initiatives.new, name="initiative_new"),
    path("initiativ/kvitto/<str:token>/", initiatives.receipt, name="receipt"),
    path("", include("iop.administration.urls")),
    path("", include("iop.desk.urls")),
]

urlpatterns = [
    path("", portal.home, name="home"),
    path("jamfor/", portal.compare, name="compare"),
    path("halsa/", portal.health, name="health"),
    path("logga-in/", Login.as_view(), name="login"),
    path("logga-ut/", auth.LogoutView.as_view(next_page="home"), name="logout"),
    path("demo/brev/", demo.letters, name="demo_letters"),
    path("demo/brev/<int:number>/", demo.letter, name="demo_letter"),
    path("svar/<str:token>/", replies.reply, name="reply"),
    path("svar/<str:token>/fil/<int:pk>/", replies.reply_file, name="reply_file"),
    path("intyg/<str:token>/", partners.declaration, name="declaration"),
    path("admin/", admin.site.urls),
    path("<slug:slug>/", include(municipality)),
]

handler400 = "iop.portal.errors.too_large"
handler403 = "iop.portal.errors.forbidden"
handler404 = "iop.portal.errors.not_found"
handler500 = "iop.portal.errors.server_error"
