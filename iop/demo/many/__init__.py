"""Very many invented cases at once, to measure on. What each case is, is decided in Python (``outline``); PostgreSQL
spreads it over the tables, set by set, since a hundred thousand cases told as stories would take a day."""
