"""Assessments by a language model that the user names; off unless one is named.

`judging.Judge` is the door. What it hands out has been checked against the project's text:
the model chooses, but every quote is the text's own.
"""
