"""Building a snapshot: read, tell who is who, write, load, validate, publish."""
