"""The processes that answer: forked from one that has everything loaded, locked in, replaceable.

messages  what front and worker say to each other
nursery   the process that forks workers and tells how they ended
sandbox   what a worker may not do
answering one request after another, from the front's socket to the site and back
"""
