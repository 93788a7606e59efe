"""For those who run the installation: amounts in the law, as they change."""

from django.contrib import admin

from .models import LegalAmount


@admin.register(LegalAmount)
class LegalAmountAdmin(admin.ModelAdmin):
    list_display = ["name", "amount", "valid_from", "valid_to", "source"]
