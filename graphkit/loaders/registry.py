"""All loaders, in the order in which they are asked, and who publishes each format."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.loaders import (
    Loader,
    ari_api,
    ari_page,
    gtr2,
    gtr_csv,
    gtr_portal,
    gtr_portal_xml,
    places,
    reference_tables,
    ror,
)

LOADERS: tuple[Loader, ...] = (
    gtr_portal.JSON_LOADER,
    gtr_portal_xml.XML_LOADER,
    gtr2.LOADER,
    gtr_csv.LOADER,
    ari_api.LOADER,
    ror.LOADER,
    *places.LOADERS,
    *reference_tables.LOADERS,
    ari_page.LOADER,
)

OGL = "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Origin:
    """Publisher, licence and address of a format, where no manifest says more."""

    publisher: str
    licence: str | None
    attribution: str | None
    address: str | None


_ARI = Origin(
    "Government Office for Science and ESRC: ARI database",
    OGL,
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    "https://ari.org.uk/",
)
_GTR = Origin(
    "UK Research and Innovation: Gateway to Research",
    OGL,
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    "https://gtr.ukri.org/",
)
_ROR = Origin("Research Organization Registry", CC0, None, "https://ror.org/")
_ONS = Origin(
    "Office for National Statistics",
    OGL,
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
    "https://geoportal.statistics.gov.uk/",
)
_MYSOCIETY = Origin(
    "mySociety",
    CC_BY,
    "UK local authorities data by mySociety.",
    "https://pages.mysociety.org/uk_local_authority_names_and_codes/",
)
_FACTS = Origin("compiled table", None, None, None)

ORIGINS: dict[str, Origin] = {
    "ari-api": _ARI,
    "ari-page": _ARI,
    "gtr-portal-json": _GTR,
    "gtr-portal-xml": _GTR,
    "gtr2-api": _GTR,
    "gtr-csv": _GTR,
    "gtr-organisations": _GTR,
    "ror": _ROR,
    "ons-itl-2025-authorities": _ONS,
    "ons-itl-hierarchy": _ONS,
    "ons-combined-authorities": _ONS,
    "local-authorities": _MYSOCIETY,
    "local-authority-names": _MYSOCIETY,
    "ari-departments": _FACTS,
    "ari-topics": _FACTS,
    "funders": _FACTS,
}
