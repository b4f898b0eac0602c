"""Which words of an organisation's name tell it from others, and which many names share."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL = _words("a an and at by de di du for in la of on the to und with")
_KINDS = _words("""
    academy agency alliance archive archives assembly associates association authorities
    authority board body borough branch bureau campus catapult ccg center centre centres chamber
    charity church city clinic club co coalition collaboration collective college colleges
    commission committee community companies company confederation consortium consultancy
    consultants consulting convention cooperative corp corporation council councils county court
    ctr department departments dept directorate district division enterprise enterprises facility
    faculty farm federation festival firm forum foundation friends fund funds gallery gmbh group
    guild hall headquarters holdings home homes hospital hospitals house hub inc inst institut
    institute institutes institution instituto joint lab laboratories laboratory labs league
    library limited llc llp ltd memorial ministry mission museum museums network networks nhs
    nihr observatory office organisation organization other panel park partners partnership plc
    practice primary private programme project projects school schools secondary secretariat
    section service services societies society sons studio studios syndicate team theatre trust
    trustees union unit univ universities university various venture ventures works workshop
""")
"""What kind of body it is: tells nothing about which one."""
_SUBJECTS = _words("""
    academic access accounting acorn acoustics active actuarial adult advance advanced advice
    advisory aerospace affairs age aging agri agricultural agriculture aid aids air alcohol alpha
    alternative ambulance analysis analytical analytics andrew andrews animal animation anne
    antiquities apex apollo applied aquatic arc archaeological archaeology architects
    architecture area argo armed art artificial arts ascension atlas atmospheric atomic aurora
    automation automotive autonomous aviation bank banking behavioural beta better big bio
    biochemistry biodiversity bioinformatics biological biology biomedical biopharma biophysics
    bioscience biosciences biotech biotechnology birth black blind blood blue botanic botanical
    brain bridge bright broadcasting bros brothers brown build building business cabinet cancer
    capital carbon cardiac cardiovascular care cars catering cathedral catholic cell cellular
    census central change chemical chemicals chemistry chest chief child childhood children
    childrens choice christ christian cinema circuit cities citizens civic civil clean clear
    climate clinical coal coast coastal coatings cognitive combined commerce commercial
    communication communications communities comparative compass complex composites computational
    computer computing concrete conflict connect conservation constabulary construction consumer
    contemporary control core corporate cosmetic craft creative credit crime criminal critical
    crop crops cross cultural culture cyber dairy dance data david deaf death defence delta
    dementia democracy dental dentistry design developing development developments diabetes
    diagnostic diagnostics diamond digital direct disability disaster discovery disease diseases
    distance dragon drama drug drugs dynamic dynamics eagle early earth east eastern eclipse
    ecological ecology economic economics economy ecosystem eden edge education educational
    electric electrical electricity electronic electronics element elements elite emergency
    employment energy engineering engineers entertainment environment environmental epidemiology
    equality estate estates ethics evaluation evolution evolve excellence exchange executive
    experimental exploration express eye falcon families family farmers farming fashion federal
    field film finance financial fire first fish fisheries fishing focus food foods force forces
    foreign forensic forensics forest forestry forests forward freedom freight frontier fuel
    fusion future futures galleries game games gamma garden gardens gas gateway gene general
    genesis genetic genetics genome genomics geographical geography geological geology geophysics
    george georges georgia geoscience geosciences girls glass global globe gold good governance
    government graduate graphics great green grid ground growth hazard health healthcare hearing
    heart heat hematology heritage high higher hill historic historical history holy homeland
    hope horizon horticultural horticulture housing human humanities humanity hydrology hygiene
    image images imaging immigration immunology impact improvement improving independent
    industrial industries industry infection infectious infinity infirmary informatics
    information infrastructure initiative inland innovation innovations innovative insight
    inspire instrument instrumentation instruments insurance integrated integration intelligence
    intelligent interactive interior internal international internet investment investments iron
    islamic island james jesus jewish john johns jones joseph journal justice key kids kinetic
    king kings knowledge labour lake land landscape language languages laser law leadership
    learning legal leisure liberty life light lighting linguistics link literary literature liver
    livestock living local logic logistics lotus luke lukes lunar lung machine machinery magnetic
    main maintenance management manufacturers manufacturing marine maritime mark market marketing
    martin mary marys master material materials maternal mathematical mathematics matters max
    mechanical mechanics media medical medicine medicines mental metal metals meteorological
    meteorology methods metro metropolitan michael michaels micro microbiology microelectronics
    migration military mind mineral minerals mines mining minority mobile mobility model modern
    molecular money monitoring mosaic motion motor motors mount mountain multi municipal music
    musical nano nanotechnology nation national nations natural nature naval navy neo neural
    neurology neuroscience neurosciences new newcastle news next nexus normal north northeast
    northeastern northern northwest nova nuclear nursery nursing nutrition nutritional oak
    observation occupational ocean oceanic oceanography oceans oil older omega oncology one
    online open opera operations optic optical optics oral orbit organic orion orthopaedic
    outdoor outreach packaging paediatric palliative panorama paper parasitology parents park
    parliament parliamentary particle pathology patient patients paul pauls peace people peoples
    performance performing pest peter peters petroleum pharma pharmaceutical pharmaceuticals
    pharmacology pharmacy philosophy phoenix photo photographic photography photonics physical
    physics physiology physiotherapy pinnacle pioneer planning plant plants plastic plastics play
    plus poetry point polar police policy political politics pollution polymer polymers
    polytechnic population portrait ports post power precision premier preservation press
    prevention primate prime print prism prison prisons pro process processing product production
    productions products professional professions property protection psychiatric psychiatry
    psychology public publishing pulse quality quantum queen queens race radiation radio
    radiology rail railway railways rainbow rapid rare real records recovery recycling red
    refugee refugees regeneration region regional regulation rehabilitation relations relief
    religion religious remote renewable renewables reproductive rescue research researchers
    reserve resource resources respiratory response restoration retail richmond rights risk river
    rivers road roads robotics royal rural sacred safe safety saint saints scheme science
    sciences scientific screen sculpture sea secure security seed seeds semiconductor
    semiconductors senior sensing sensor sensors sensory sexual shepherd shipping sigma signal
    silver simulation sinai skills sky sleep small smart smith social sociology software soil
    soils solar solution solutions sound source south southeast southern southwest space spark
    special specialist spectrum speech speed spirit sport sports stage standards star state
    statistical statistics steel stem step stephen stephens storage strategic strategies strategy
    street stroke structural structures student studies study summit sun superior supplies supply
    support surface surgery surgical survey surveying surveyors surveys survivors sustainability
    sustainable synthetic system systems talent target taxation taylor teachers teaching
    technical technique techniques technological technologies technology telecom
    telecommunications television test testing textile textiles therapeutics therapies therapy
    thermal thermo things third thomas timber time titan total tourism town toxicology trade
    trades trading traffic training translational transplant transport transportation treasury
    treatment trial trials triangle trinity tropical tuberculosis uk under united unity urban
    vaccine vaccines valley value vector vehicle vehicles venus vertex veterinary victims
    victoria video village virology virtual vision vista visual vocational voice voluntary war
    waste water wave waves weather web welfare well wellbeing wellington west western wild
    wildlife wilson wind wireless women womens wood work workers working world worldwide writers
    writing young youth zenith zero
""")
"""Subjects, directions, names of saints, words that companies like: each in many names."""
_OF_EVERY_STATE = _words("""
    department departments dept embassy faculty federal hospital ministry national office police
    royal school secretariat state
""")
_PEOPLES = _words("""
    african american asian australian austrian canadian chinese dutch european french german
    indian irish italian japanese pacific russian swiss
""")
"""Enough with a subject ("German Aerospace Centre"), not alone ("American University")."""
_ONE_IN_THE_WORLD = frozenset(["international", "world"])
_WORLD_BODIES = _words("agency association committee council federation organization union")
_SHORT = 3


def is_distinctive(form: str) -> bool:
    """Whether two bodies hardly bear this name by chance, wherever they are.

    There is a word that few names have and another word beside it; or three
    subjects, unless it is a body that every state or university has; or it is
    a body of the whole world.

    >>> is_distinctive("university of udine"), is_distinctive("british transport police")
    (True, True)
    >>> is_distinctive("natural environment research council")
    True
    >>> is_distinctive("world health organization")
    True
    >>> [is_distinctive(name) for name in ("festo", "school of education", "general hospital")]
    [False, False, False]
    >>> is_distinctive("ministry of agriculture livestock and fisheries")
    False
    """
    # "Women's" is "women s": a letter alone is no word.
    words = [word for word in form.split() if word not in _SMALL and len(word) > 1]
    if len(words) < 2:
        return False
    subjects = {word for word in words if word in _SUBJECTS}
    telling = [word for word in words if _is_telling(word)]
    if telling:
        return bool(subjects) or not _PEOPLES.issuperset(telling)
    if words[0] in _ONE_IN_THE_WORLD and words[-1] in _KINDS | _SUBJECTS and len(words) > 2:
        return not _WORLD_BODIES.isdisjoint(words)
    if len(subjects) >= 2 and any(_is_short_name(word) for word in words):
        return True
    return len(subjects) >= 3 and not _OF_EVERY_STATE.intersection(words)


def _is_short_name(word: str) -> bool:
    return len(word) == _SHORT and word.isalpha() and word not in _KINDS | _SUBJECTS


def _is_telling(word: str) -> bool:
    return (
        len(word) > _SHORT
        and word.isalpha()
        and word not in _KINDS
        and word not in _SUBJECTS
        and word.removesuffix("s") not in _SUBJECTS
    )


def tells_nothing(words: str) -> bool:
    """Whether none of these words tells one body from others.

    >>> tells_nothing("royal"), tells_nothing("plymouth")
    (True, False)
    """
    return not any(_is_telling(word) for word in words.split())
