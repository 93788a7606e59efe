"""Search: a table of rows, one for each source, kept in step as the sources are saved."""
