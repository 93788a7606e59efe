"""The program's addresses, and the floor of each page that is measured."""

from django.urls import path

from iop.urls import *  # noqa: F403
from iop.urls import urlpatterns as of_the_program

from .floor import floor

urlpatterns = [path("golv/<slug:page>/", floor, name="floor"), *of_the_program]
