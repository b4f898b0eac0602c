"""The web process: HTTP, limits, cache, queue. It runs no query and parses none.

http        the connections: how long a client may take, how much it may send
app         one request: from the cache, or by way of the queue to a worker
exchange    a request as it comes in, and its answer on the way out
queue       which request runs next, and which gives way
jobs        a request on its way, and the lanes in which requests wait
costs       what requests of a shape took before
workers     the processes that answer, and the one that forks them
generation  one snapshot being served; changing to the next
answers     headers, files, errors
metrics     what is counted, and the access log
"""
