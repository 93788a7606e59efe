"""A PostgreSQL of the program's own, for trying it and for tests. Never for production.

`base` is a Django database backend that sees to it that the server runs before it connects;
`server` starts it and stops it again when the last process that uses it has left.
"""
