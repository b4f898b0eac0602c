"""Who is who: organisations, bodies, funders and places, across sources."""
