"""Encoders: texts in, vectors of one width out."""
