from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from initiatives import views as initiatives
from iop.demo import views as demo
from iop.portal import replies
from iop.portal import views as portal
from iop.portal.login import Login
from partners import views as partners

municipality = [
    path("", portal.municipality, name="municipality"),
    path("farg.css", portal.colours, name="colours"),
    path("riktlinje/", portal.guideline, name="guideline"),
    path("riktlinje.pdf", portal.guideline_pdf, name="guideline_pdf"),
    path("passar-det/", portal.fits, name="fits"),
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
