"""Python processes that begin ready: one template has imported everything, each notebook or kernel is a fork of it.

Nothing here knows what the notebooks are about: whoever starts a `server.ForkServer` names what its template imports.
"""
