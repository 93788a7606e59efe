from django import template

from iop.desk import references

register = template.Library()
register.filter("cited", references.cited)
register.filter("linked", references.linked)
