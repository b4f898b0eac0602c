"""Records → N-Quads, streaming: one emitter for each kind of thing."""
