"""The rules by which graphkit reads, concludes and computes, in plain words.

By kind of named graph and property. A property that has no rule of its own has the general
one of its kind; a test sees to it that every property that graphkit concludes has its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SOURCE, DERIVED, IDENTITY, REGISTER = "source", "derived", "identity", "register"
COMPUTED, CATALOGUE, ONTOLOGY = "computed", "catalogue", "ontology"

GENERAL: Mapping[str, str] = MappingProxyType(
    {
        SOURCE: "As the source has it, freed of markup, entities and invisible characters.",
        DERIVED: "Concluded by graphkit from what the sources say.",
        IDENTITY: "Decided by graphkit when it told who is who.",
        REGISTER: "From graphkit's own tables of departments, funders, places and topics.",
        COMPUTED: "Computed by graphkit; nobody has published it.",
        CATALOGUE: "Noted by graphkit when it read the source.",
        ONTOLOGY: "A term of graphkit's own ontology.",
    }
)
_ASPECT = (
    "An aspect that graphkit found in the wording of a question; its key is made of the words."
)
_MERGE = (
    "Two records were taken to be one organisation: same identifier, or a distinctive name "
    "with nothing against it (decisions/0009)."
)
_CANDIDATE = "A pair that looks like one thing and was left apart, because it was not certain."
_SUCCESSION = "From graphkit's register of bodies and what became of them."
_ASSESSED = (
    "The texts of project and question were compared by the computation named; the degree "
    "follows from the score and from the aspects that its sentences show (decisions/0016)."
)
_READ = (
    "Read from the published explanation: an explicit adverb wins, then the weaker word; without a "
    "degree word it is unstated."
)
RULES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        SOURCE: {
            "rdf:type": "The loader read a record of it there.",
            "dct:isPartOf": "The document or group that the record names, by its title.",
            "gk:askedBy": "The body's name as written, looked up in the register of departments.",
            "gk:fundedBy": "The funder's name or id, looked up in the register of funders.",
            "gk:degree": _READ,
            "gk:coversAspect": "An aspect that the published explanation says is covered.",
            "gk:missesAspect": "An aspect that the published explanation says is missing.",
            "gk:statesExpertise": "Whether the published explanation says that they can do it.",
            "gk:addresses": "The source lists the project for the question.",
            "gk:assessesProject": "The source lists the project for the question.",
            "gk:assessesQuestion": "The source lists the project for the question.",
            "gk:origin": "Whether the link stood on a page or in the list of a record.",
            "gk:rank": "The place in the published list, which is not known to mean importance.",
            "gk:similarTo": "The source lists the question as similar.",
            "dct:subject": "A label of the source; capitals do not make another topic.",
            "gk:leadOrganisation": "The organisation that the record names; which records are one "
            "is told by its merges.",
            "gk:partnerOrganisation": "The organisation that the record names; which records are "
            "one is told by its merges.",
            "gk:collaborator": "The organisation that the record names; which records are one is "
            "told by its merges.",
            "gk:coFunder": "The organisation that the record names; which records are one is told "
            "by its merges.",
        },
        DERIVED: {
            "gk:within": "A place lies within everything that its own place lies in.",
            "gk:hasAspect": "The wording of the question names the aspect, or another word for it; "
            "where that gives too little, its noun phrases are its aspects.",
            "gk:community": "Questions that share more projects with each other than with others "
            "(Louvain method); the key is the smallest of them.",
            "gk:concernsPlace": "The text names the place, and not only as part of another name "
            "(decisions/0010).",
            "gk:locatedIn": "The most exact place that the (lead) organisation's name and address "
            "prove, else the region that the project's record names (decisions/0010).",
            "gk:grantKey": "The records of a joint or moved grant share the key of one of them "
            "(decisions/0006, decisions/0014).",
            "gk:countedAmount": "The award, without what a later record of a moved grant repeats "
            "(decisions/0014).",
            "gk:jointWith": "Records of one title and abstract with several leads are one joint "
            "grant (decisions/0006).",
            "gk:transferredFrom": "The source links the records as a transfer, or they have one "
            "title and references that differ in the number at the end alone (decisions/0006).",
            "gk:listIsCapped": "Whether the published list holds ten projects, the most that the "
            "database gives: then there may be more.",
            "rdf:type": _ASPECT,
            "skos:prefLabel": _ASPECT,
            "skos:inScheme": _ASPECT,
            "dct:identifier": "An id by which projects name an organisation that nobody describes.",
        },
        IDENTITY: {
            "gk:mergedFrom": _MERGE,
            "gk:mergedKey": _MERGE,
            "gk:mergedName": _MERGE,
            "gk:candidateFor": _CANDIDATE,
            "gk:candidate": _CANDIDATE,
            "gk:reason": "Why the two were, or were not, taken to be one.",
            "gk:score": "How alike the two are, from 0 to 1; it ranks within one reason.",
            "rdf:type": "A decision of graphkit on who is who.",
        },
        REGISTER: {
            "gk:succeededBy": _SUCCESSION,
            "org:originalOrganization": _SUCCESSION,
            "org:resultingOrganization": _SUCCESSION,
            "skos:inScheme": "Topics are kept by the scheme in which the source gives them.",
        },
        COMPUTED: {
            "gk:addresses": "There is a computed assessment of the pair whose degree is not none.",
            "gk:similarTo": "There is a computed similarity of the two; it holds both ways.",
            "gk:degree": _ASSESSED,
            "gk:score": "Of a link, the share of such pairs that readers found to be on the topic; "
            "of similar questions and of evidence, how near the texts are.",
            "gk:rank": "The place among the projects of the question, by score.",
            "gk:evidence": "A sentence of the project on which the assessment rests.",
            "gk:coversAspect": "A sentence of the project shows the aspect.",
            "gk:missesAspect": "No sentence of the text held shows the aspect: no proof of a gap.",
            "gk:matchesPlace": "Named in the question; the project is led there or names it too.",
            "gk:explanation": "Written by graphkit from the evidence, in its own words.",
            "gk:linkedQuestions": "How many questions the project is linked to by computation.",
            "gk:isDuplicate": "Whether the two questions are worded almost alike.",
            "gk:sharesAspect": "An aspect that both questions have.",
            "gk:reason": "What the two questions have in common.",
        },
    }
)


def rule_of(kind: str, property_: str) -> str:
    """The rule for statements of a property, in short form, in a kind of named graph.

    >>> rule_of("derived", "gk:within")
    'A place lies within everything that its own place lies in.'
    """
    return RULES.get(kind, {}).get(property_) or GENERAL[kind]
