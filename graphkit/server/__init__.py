"""The graph on the web.

    front/   the web process: HTTP, limits, cache, queue; runs no query and parses none
    worker/  the processes behind it: a sandbox, and one request after another
    site/    what is answered, as an ordinary WSGI application; runs in the workers

A request goes front → worker → site and back. The front may kill a worker at any moment: the
site keeps nothing between requests that matters (decisions/0017).
"""
