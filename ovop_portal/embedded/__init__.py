"""A whole portal on one machine without administration: for a first look, for development and for tests.

`places` says where things lie, `servers` runs PostgreSQL and Valkey, `processes` starts and stops children,
`stack` puts them together with the web server and the workers, `__main__` is the command line behind `./run`.
Never production: the database trusts whoever reaches its socket.
"""
