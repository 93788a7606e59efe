from django import template

from iop import swedish_text

register = template.Library()
register.filter("kronor", swedish_text.kronor)
register.filter("day", swedish_text.day)
