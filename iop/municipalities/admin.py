"""For those who run the installation: the first municipality, its units, people and roles."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm

from .models import Membership, Municipality, Unit, User


class NewUserForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]
        field_classes = {"email": forms.EmailField}


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = NewUserForm
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff"]
    search_fields = ["email", "name"]
    list_filter = ["is_active", "is_staff"]
    fieldsets = [(None, {"fields": ["email", "name", "password", "is_active", "is_staff", "is_superuser"]})]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2"]})]
    filter_horizontal = []
    inlines = [MembershipInline]


class UnitInline(admin.TabularInline):
    model = Unit
    extra = 1


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "email"]
    inlines = [UnitInline]
