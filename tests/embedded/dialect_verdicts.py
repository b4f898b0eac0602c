"""What is known of the statements that the embedded engine does not answer as Neo4j does.

`REFUSED` says what its message has to hold, and the reason is part of that. Everything
else in `dialect_queries` has to give the same rows, or to be refused by both.
"""

from __future__ import annotations

_SYNTAX = "cannot be read"
_FUNCTION = "no function that the embedded engine is known to answer"
_KEY = "makes up a value for the key"
_DATE = "is a date and is compared to a text"

REFUSED = {
    "label_and": _SYNTAX,
    "label_not": _SYNTAX,
    "count_distinct_sub": _SYNTAX,
    "collect_sub": _SYNTAX,
    "chained_compare": _SYNTAX,
    "qpp": _SYNTAX,
    "qpp_plus": _SYNTAX,
    "shortest_1": _SYNTAX,
    "rel_type_not": _SYNTAX,
    "inline_where_node": _SYNTAX,
    "inline_where_rel": _SYNTAX,
    "var_named_keyword": _SYNTAX,
    "optional_call": _SYNTAX,
    "precedence": _SYNTAX,
    "stdev": "Unknown function",
    "datetime_epoch": "unknown key 'epochSeconds'",
    "percentile": _FUNCTION,
    "percentile_group!": _FUNCTION,
    "convert": _FUNCTION,
    "nulls_logic": _FUNCTION,
    "point_distance": _FUNCTION,
    "point_near": _FUNCTION,
    "point_null": _FUNCTION,
    "valueType": _FUNCTION,
    "isEmpty": _FUNCTION,
    "title_of_untitled": _KEY,
    "label_property": _KEY,
    "label_property_absent": _KEY,
    "type_of_node": _KEY,
    "type_of_relationship": _KEY,
    "label_inline": _KEY,
    "type_projected": _KEY,
    "date_string_compare": _DATE,
    "null_compare_types": "is a date",
    "date_inline_text": _DATE,
    "date_text_parameter": _DATE,
    "date_in_texts": _DATE,
    "date_starts_with": _DATE,
    "regex_lookahead": "Invalid regular expression",
    "regex_case": "case of ASCII letters",
    "string_concat": "null added to a list",
    "float_fmt": "become another text",
    "text_of_amount": "become another text",
    "list_concat": "null added to a list",
    "div_zero_float": "division by zero is null",
    "round": "halves below zero",
    "dur_between": "counts days only",
    "dur_value": "counts days only",
    "var_len_paths": "any length",
    "b_distinct_agg_multi": "cannot be used outside",
    "b_shortest_where": "part of the search",
    "key_known_but_unused": "Unknown property",
    "key_unknown": "Unknown property",
    "id_function": "is the key id there",
    "join_predicate": "s.id = a.assessment",
    "join_shortest": "x.id = a.id",
    "join_star": "into WHERE",
    "label_of_an_end": "IN labels",
    "label_of_an_end_at_once": "IN labels",
    "column_in_backticks": "with AS",
    "project_relationship": "only a node",
    "project_relationship_all": "only a node",
    "project_map": "only a node",
    "project_unwound": "only a node",
    "escape_backspace": "in a text becomes",
    "escape_surrogates": "in a text becomes",
    "point_srid": "points have no srid",
    "doc_6": "procedures are not called",
    "return_star_more": "orders its columns by name",
}

MORE_LIBERAL = {
    "b_ambiguous_agg": "an aggregate beside what it is grouped by, in one expression",
    "type_in_map": "the same in a map",
    "date_truncated": "date.truncate of null",
}
"""What the embedded engine answers, and Neo4j refuses."""
