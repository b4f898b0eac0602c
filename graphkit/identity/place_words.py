"""Words that tell a place's name from everything else that is spelled like it.

All chosen by reading what stands around names of places in the titles and
abstracts of Gateway to Research, and kept apart from the rules that use them.
How well they do is in decisions/0010.
"""

from __future__ import annotations

import re

# Spoken names that no table gives, with the code of the area that they are in or mean.
ALIASES = (
    ("Yorkshire", "E12000003"),
    ("Yorkshire and Humberside", "E12000003"),
    ("Greater London", "E12000007"),
    ("Highlands and Islands", "itl2025-TLM2"),
    ("Sheffield City Region", "E47000002"),
    ("Scottish Highlands", "S12000017"),
    ("Outer Hebrides", "S12000013"),
    ("Western Isles", "S12000013"),
    ("Orkney", "S12000023"),
    ("Shetland", "S12000027"),
    ("Anglesey", "W06000001"),
    ("Kings Lynn", "E07000146"),
    ("Aberdeen", "S12000033"),
    ("Armagh", "N09000002"),
    ("Blackburn", "E06000008"),
    ("Brighton", "E06000043"),
    ("Chester", "E06000050"),
    ("Derry", "N09000005"),
    ("Londonderry", "N09000005"),
    ("Dundee", "S12000042"),
    ("Durham", "E06000047"),
    ("Glasgow", "S12000049"),
    ("Grimsby", "E06000012"),
    ("Hereford", "E06000019"),
    ("Huddersfield", "E08000034"),
    ("Hull", "E06000010"),
    ("Inverness", "S12000017"),
    ("Lisburn", "N09000007"),
    ("Newcastle", "E08000021"),
    ("Newcastle-upon-Tyne", "E08000021"),
    ("Northampton", "E06000062"),
    ("Scunthorpe", "E06000013"),
    ("Southend", "E06000033"),
    ("Stoke", "E06000021"),
    ("Telford", "E06000020"),
    ("Truro", "E06000052"),
    ("Bath", "E06000022"),
    ("Isle of Skye", "S12000017"),
    ("Redcar", "E06000003"),
    ("Brixton", "E09000022"),
    ("Tottenham", "E09000014"),
    ("North East Wales", "W92000004"),
    ("North-East Wales", "W92000004"),
    ("North West Wales", "W92000004"),
    ("North-West Wales", "W92000004"),
)

# "North West" alone is a direction; these forms name the region.
DIRECTIONS = (
    ("North", "East", "E12000001"),
    ("North", "West", "E12000002"),
    ("South", "East", "E12000008"),
    ("South", "West", "E12000009"),
)

# Names of authorities that nearly always are those of larger namesakes abroad.
NAMESAKES = frozenset({"Boston", "Christchurch"})

# Longer names of other things, which hide the place's name inside them.
OTHER_THINGS = (
    *("New South Wales", "Prince of Wales", "Princess of Wales", "Newcastle disease"),
    *("Bath salts", "Bradford Hill", "London dispersion", "London penetration", "London equation"),
    *("London force", "London moment", "Derby winner", "Stirling engine", "Stirling cycle"),
    *("Stirling number", "Stirling approximation", "Brent crude", "Brent field", "Dover sole"),
    *("Lincoln index", "Plymouth Brethren", "Oxford comma", "Cambridge capital controversy"),
    *("Kent State", "Norfolk Island", "Cheshire cat", "South Orkney", "South Shetland"),
    *(
        "South Orkney Islands",
        "South Shetland Islands",
        "East London, South Africa",
        "Essex skipper",
        "Suffolk sheep",
        "Lancaster bomber",
    ),
    *("Hereford cattle", "Aberdeen Angus", "Aberdeen angus", "Shetland pony", "Shetland sheep"),
    *("Leicester sheep", "Norwich Research Park", "Manchester encoding", "Oxford clay"),
    *("Oxford Clay", "London clay", "London Clay", "London plane", "Lewes River", "Newport News"),
    *("Derry Girls", "Cambridge ring", "Sheffield plate", "Worcester sauce", "Orkney vole"),
    *("London interbank", "Yorkshire terrier"),
    *(
        "Accountants in England and Wales",
        "Church in Wales",
        "Westminster Hall",
        "Edinburgh postnatal",
        "Lothian Birth",
        "Bristol stool",
    ),
)

# Read as a place only with "Council", ", Berkshire" or another place beside it.
_STRICT_WORDS = """
    Adur Angus Arun Blackburn Breckland Brent Broadland Bury Cambridge Cherwell Chiltern
    Copeland Cotswold Craven Cumberland Eden Fareham Fife Halton Hart Hastings Highland Medway
    Melton Mendip Moray Newport Oxford Poole Reading Richmondshire Rother Rugby Selby Stoke
    Swale Telford Torridge Waveney Waverley Westminster Wyre
"""
STRICT = frozenset(_STRICT_WORDS.split())
# Also surnames, or words: read as a place after "in", "near", "town of" and the like.
# University cities and counties stand here as well: "the Leeds group", "York and UCL".
_CAREFUL_WORDS = """
    Aberdeen Armagh Ashfield Ashford Barnet Barnsley Bath Bedford Belfast Bexley Birmingham
    Blaby Bolton Bournemouth Bradford Braintree Brentwood Brighton Bristol Bromley Burnley
    Cambridgeshire Camden Canterbury Cardiff Carlisle Charnwood Chester Chichester Chorley
    Colchester Corby Coventry Crawley Dartford Daventry Derby Derry Dover Dudley Dundee Durham
    Eastleigh Edinburgh Elmbridge Enfield Essex Exeter Fylde Gedling Glasgow Gloucester
    Greenwich Guildford Hackney Hambleton Harlow Harrow Havering Hereford Hertfordshire
    Horsham Huddersfield Hull Kent Kettering Knowsley Lancaster Leeds Leicester Lewes
    Lichfield Lincoln Liverpool Loughborough Luton Maldon Manchester Mansfield Merton
    Middlesbrough Newcastle Northampton Norwich Nottingham Oldham Oxfordshire Pendle
    Peterborough Plymouth Portsmouth Preston Purbeck Redbridge Rochdale Rochford Salford
    Sandwell Sefton Sheffield Slough Southampton Stafford Stevenage Stirling Stroud Sunderland
    Surrey Sussex Sutton Swansea Tamworth Thurrock Torbay Trafford Wakefield Walsall
    Warrington Warwick Watford Wigan Winchester Windsor Wolverhampton Worcester Worthing York
"""
CAREFUL = frozenset(_CAREFUL_WORDS.split())

# A capitalised word before the name makes it part of a longer name, except these.
_ALLOWED_BEFORE_WORDS = """
    A About Above According Across After Age All Along Although Among Amongst An Ancient And
    Anglo Are Around As At Because Before Being Below Beneath Between Beyond Both But By Can
    Central Century Comparing Contemporary County Currently Devolved Did Do Does During Each
    Early East Eastern Edwardian Either Elizabethan Elsewhere England English Every Everyday
    Firstly For From Georgian Greater Had Has Have Here How However If In Including Industrial
    Inner Inside Inter Interwar Into Iron Is It Jacobean Late Later Like Low Lower Many
    Mediaeval Medieval Mesolithic Metropolitan Mid Middle Modern Most Much Multicultural Near
    Nearby Neighbouring Neither Neolithic Nineteenth Nor Norman North Northeast Northern
    Northwest Now Of Off On Once Only Or Outer Outside Over Part Particularly Per Post
    Post-War Postwar Pre-War Prehistoric Presently Recently Restoration Roman Rural Saxon
    Scotland Secondly Since Some South Southeast Southern Southwest Specifically Stuart Than
    That The Then These They This Those Though Through Throughout Thus To Today Toward Towards
    Tudor Twentieth UK Under Unlike Until Upon Upper Urban Using Versus Via Victorian Visiting
    Wales Was Were West Western What When Where Whereas Whether Which While Whilst Who Why
    Will With Within Without Would Yet
"""
ALLOWED_BEFORE = frozenset(_ALLOWED_BEFORE_WORDS.split())

# A capitalised word after the name likewise, except these.
_ALLOWED_AFTER_WORDS = """
    A After And Are As At Before Between Borough Britain But By City Combined Council County
    District During England For From GB Had Has He However I II If In Ireland Is It LEP Local
    London MBC Mayoral Metropolitan Northern Of On Or Our Over Region Scotland She Since So
    Some Such That The Then There These They This Those Through Throughout To Today Towards
    Town UK USING Unitary Until Using Versus Wales Was We Were When Where Which While Whilst
    Who Will With
"""
ALLOWED_AFTER = frozenset(_ALLOWED_AFTER_WORDS.split())

# The word before "of": a place follows only these when they are capitalised ...
_ALLOWED_OF_WORDS = """
    All Archaeology Area Areas Borough Boroughs Both Case Centre Cities Citizens City Coast
    Communities Counties County District Districts Each East Economy Either Flooding Geography
    Half Histories History Housing Inhabitants Inside Islands Landscapes Many Map Mapping Maps
    Most Much Neighbourhoods North Northeast Northwest Outside Part Parts People Places
    Population Populations Regeneration Region Regional Regions Residents Rest Rivers Several
    Soils Some South Southeast Southwest Streets Studies Study Suburbs Town Towns Use Villages
    West
"""
ALLOWED_OF = frozenset(_ALLOWED_OF_WORDS.split())
# ... and none of these even when they are not.
_NEVER_OF_WORDS = """
    academy archbishop bank battle bishop bishops church churches college colleges diocese
    duke earl institute king kings library lord museum museums polytechnic prince queen school
    statute statutes synod theatre treaty universities university
"""
NEVER_OF = frozenset(_NEVER_OF_WORDS.split())

# Someone works, meets or keeps papers there: says nothing of what is studied.
ELSEWHERE = re.compile(
    r"\b(?:[Ww]orkshops?|[Cc]onferences?|[Mm]eetings?|[Ss]eminars?|[Ss]ymposi\w+|colloqui\w+|held|hosted|hosts?|"
    r"collaborat\w+|laborator\w+|labs?|colleagues?|researchers?|scientists?|academics?|"
    r"research groups?|our groups?|my group|groups? (?:at|in)|teams?|institutes?|Institutes?|"
    r"archives?|Archives?|librar\w+|Librar\w+|museums?|Museums?|Museum|facilit\w+|exhibitions?|"
    r"exhibited|performed|screen\w+|launch\w*|based|investigators?|partners?|partnership|events?|"
    r"Centre|Center|Department|departments?|School|Hospital|College|universit\w+|Universit\w+|"
    r"synchrotron|experts?|expertise|supervis\w+|students?|PhD|fellow\w*|Professor|Prof|Dr|"
    r"visits?|visiting|travel\w*|presented|telescope|accelerator|gallery|Gallery|galleries|"
    r"company|companies|offices?|headquarter\w*|located|Facility|programme at|Lecture\w*|"
    r"examined|evaluated|measured|tested|produced|synthesi[sz]ed|fabricated|grown|developed|"
    r"available|characteri[sz]ed|analysed|undertaken|installed|experiments?|equipment|building|"
    r"techniques?|measurements?|simulat\w+|beamlines?|nodes?|venue|theory|[A-Za-z]*[Pp]hysics|"
    r"[Cc]hemistry|"
    r"[Cc]osmology|deposited|discover\w+|elucidated|research|Research|software|servers?|Capability|"
    r"microscop\w+|lectures?|concerts?|open days?|invent\w+|edited|frameworks|published|"
    r"carried out|grow|centrifuge|centres?|"
    r"(?:strong|leading|other|UK|several) groups|sessions?|analysis will|size of|"
    r"talks?|showcase\w*|festival|Festival|present)\b[^.;]*$"
    r"|\b(?:Prof|Dr|Drs)\. [^.;]*$|\b(?:[Ww]e|us)(?: here)? (?:in|at) $"
)
# A list of universities by their places, some of which are in no table.
UNIVERSITIES_OF = re.compile(
    r"[Uu]niversities (?:of|at) (?:the )?"
    r"(?:[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*(?:,? and |, ))+(?:the )?$"
)
_STATES = (
    "MA|Mass|Massachusetts|USA|U\\.S|US|United States|Ontario|Canada|Australia|New Zealand|NSW|NZ|"
    "Alabama|AL|Connecticut|CT|Maine|Ohio|OH|Texas|TX|Virginia|VA|Pennsylvania|PA|Nova Scotia|"
    "Jamaica|South Africa|Tasmania|Victoria|Western Australia|Queensland|NY|NC|"
    "North Carolina|Kentucky|New Hampshire|NH|New Jersey|NJ|California|CA|Illinois|Nebraska|"
    "Delaware|Rhode Island|Michigan|Wisconsin|Barbados|Bermuda|Maryland|Georgia|Tennessee"
)
FOREIGN_AFTER = re.compile(rf"(?: County)?(?:,| in|) *\(?(?:{_STATES})\b")
CITATION_AFTER = re.compile(
    r"(?:,? et al|,? \(?(?:1[5-9]|20)\d\d[a-z]?[);,]|[,.]? [A-Z]\.|"
    r",? (?:&|and) [A-Z][a-z]+,? \(?(?:19|20)\d\d)"
)
# "Leicestershire, Rutland (XIV); Norfolk (XVI)": volumes of a catalogue.
VOLUME_AFTER = re.compile(r"[^.;:()]{0,32}\([IVX]+\)")
# Words in small letters that make a thing, not a place, of the name before them.
THING_AFTER = re.compile(
    r"(?:, the [A-Z][a-z]+ group\b)|"
    r"[’']?s? (?:universit\w+|univ\b|college|disease|virus|model\b|criteria|equations?|method\b|"
    r"syndrome|school of|group\b|groups\b|team\b|lab\b|laborator\w+|colleagues|researchers|"
    r"dispersion|forces\b|theorem|conjecture|based\b|rail\b|rings?\b|collaborat\w+|scientists|academics|"
    r"we\b|I\b|has (?:world|an?|the)\b|at the\b|will (?:lead|provide|host|develop|contribute|work))"
)
# "City University", "Metropolitan Police", "Royal Infirmary": the name goes on.
ORGANISATION_AFTER = re.compile(
    r" (?:[A-Z][\w’'-]* (?:and |of |& )?){0,3}(?:University|Univ|College|School|Schools|Hospitals?|"
    r"Museums?|Institute|NHS|Trust|Press|Observatory|Infirmary|Airport|FC|United|Football|Gallery|"
    r"Academy|Police|Society|Festival|Theatre|Library|Archives|Cathedral|Polytechnic)\b"
)
# "West Midlands Innovation Programme": a scheme for the area, named after it.
SCHEME_AFTER = re.compile(
    r" (?:Innovation|Growth|Industrial|Economic|Regional|Skills|Devolution|Cluster)"
    r"(?: [A-Z][\w-]+){0,2} (?:Programme|Program|Project|Accelerator|Plan|Strategy|Deal|Corridor)\b"
    r"| Innovation (?:Programme|Program|Accelerator|Plan|Strategy|District|Corridor)\b"
    r"| (?:Growth|Industrial|Economic|Devolution) (?:Deal|Plan|Strategy|Corridor)\b"
)
PLACE_AFTER = re.compile(
    r"(?:,? \(?(?:England|UK|U\.K|United Kingdom|Scotland|Wales|Northern Ireland|Yorkshire|"
    r"[A-Z][a-z]+shire|Kent|Essex|Surrey|Sussex|Norfolk|Suffolk|Devon|Dorset|Somerset|Cornwall|"
    r"Cumbria|Northumberland|Co(?:unty)?\.? Durham|Tyne)\b|"
    r" (?:City|Borough|District|County|Metropolitan|Combined|Unitary)\b|"
    r" (?:Council|council|city|borough|town|residents|neighbourhoods?|communit\w+|factories|"
    r"streets|schools|urban|docks|hospitals|area|region|suburbs?|riots|Blitz|boroughs?)\b|"
    r",? (?:c\.? ?)?1[0-9]{3} ?[-–])"
)
IN_BEFORE = re.compile(
    r"\b(?:in|near|around|across|throughout|within|outside|In|Across|Within|Near|Around|"
    r"(?:[Cc]ity|[Tt]own|[Bb]orough|[Dd]istrict|[Cc]ounty|parts|streets|people|suburbs|outskirts|"
    r"centre|north|south|east|west|population|residents|communities) of) (?:the )?"
    r"(?:[Cc]entral |[Nn]orth |[Ss]outh |[Ee]ast |[Ww]est |"
    r"inner-city |rural |urban |medieval |Victorian )?$"
)

# People, streets, floods, interviews: what is said to be in a place that is studied, even
# where words of ELSEWHERE stand earlier in the sentence.
_STUDIED = (
    r"(?:[Ii]nterview\w*|[Ff]ocus groups|[Cc]ase[- ]stud(?:y|ies)|[Rr]esidents|[Ii]nhabitants|"
    r"[Cc]itizens|[Cc]ommunit(?:y|ies)|[Nn]eighbourhoods?|[Cc]it(?:y|ies)|[Tt]owns?|[Bb]oroughs?|"
    r"[Rr]egeneration|[Gg]entrification|[Pp]opulations?|[Hh]ouseholds|[Ff]amilies|[Yy]oung people|"
    r"[Cc]hildren|[Aa]dults|[Ww]omen|[Mm]en|[Pp]eople|[Pp]ensioners|[Mm]others|[Tt]enants|"
    r"[Yy]outh|[Mm]igrants|[Ii]mmigrants|[Mm]igration|[Rr]efugees|[Aa]sylum seekers|[Ww]orkers|"
    r"[Hh]ousing|[Pp]overty|[Cc]rimes?|[Hh]omelessness|[Pp]olicing|[Uu]nemployment|[Dd]eprivation|"
    r"[Ss]egregation|[Ii]nequalit(?:y|ies)|[Ll]ife|[Ll]ives|[Ll]iving|[Ss]treets|[Ss]uburbs?|"
    r"[Ss]lums?|[Ee]states?|[Ff]looding|[Ff]loods?|[Aa]ir quality|[Pp]ollution|[Tt]raffic|"
    r"[Cc]ycling|[Cc]ongestion|[Ss]chools|[Pp]ubs|[Rr]iots?|[Pp]rotests?|[Ss]trikes?|[Ee]lections|"
    r"[Pp]olitics|[Hh]eritage|[Aa]rchitecture|[Mm]arkets|[Ee]conomy|[Mm]erchants|[Dd]ocks|[Mm]osques|"
    r"[Pp]arks|[Gg]ardens|[Pp]olic(?:y|ies)|[Ii]nterventions|[Mm]usicians|"
    r"[Cc]arnivals?|surveys?|[Pp]ilots?|[Ss]tudy|[Ff]ieldwork|[Ee]thnograph\w+)"
)
ABOUT_BEFORE = re.compile(
    rf"\b{_STUDIED}(?: (?:were|was|will be|are|is|being|been|held|conducted|carried out|"
    r"undertaken|living|based)){0,3} \(?(?:in|of|across|from|around|throughout|within|near|for|"
    r"including|such as|like)(?: the)?(?: (?:[Cc]ity|[Tt]own|[Bb]orough|[Cc]ounty) of)?"
    r"(?: both)?(?: (?:[Cc]entral|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|inner-city|rural|urban))? $"
    r"|\b(?:[Cc]ase[- ]studies|cities|towns|boroughs|city regions|communities|neighbourhoods)"
    r"(?: \(|: |, | - | – )(?:in |namely |including |e\.g\. ?|such as |for example,? )?$"
)
# Enough even for names that are words: "the town of Reading", "residents of Oxford".
TOWN_OF = re.compile(
    r"\b(?:[Cc]ity|[Tt]own|[Bb]orough|[Rr]esidents|[Ii]nhabitants|[Ss]uburbs|[Ss]treets|"
    r"[Cc]itizens) of $"
)
# What a place has, and a university or a person has not: "Leicester's economy".
POSSESSED = re.compile(
    r"[’']s? (?:[a-z-]+ ){0,2}?(?:econom(?:y|ies)|festivals?|histor(?:y|ies)|populations?|"
    r"communit(?:y|ies)|residents|inhabitants|citizens|streets?|parks|heritage|museums|galleries|"
    r"theatres|neighbourhoods?|suburbs?|docks?|port|harbour|river|rivers|canals?|waterways?|"
    r"housing|homes|buildings|architecture|schools|cultur\w+|creative|industr(?:y|ies)|"
    r"businesses|markets?|air quality|air|climate|flood\w*|transport|traffic|roads|buses|trams|"
    r"cit(?:y|ies)|town|urban|regeneration|riots|poor|poverty|young people|youth|children|"
    r"migrants?|immigrants|diversity|nightlife|night-time|music|musical|artistic|literary|"
    r"landscapes?|coast\w*|rural|farmers|fisher\w*|parliament|government|council|citizenry|"
    r"working[- ]class|Black|Jewish|Muslim|Irish|Chinese|South Asian|Victorian|medieval|"
    r"industrial|civic|public|most deprived|deprived|poorest|green spaces?|workers|women|"
    r"people|famous|boroughs?|identity|reputation|past|present|future)\b"
)
# "Birmingham is the UK's second city", "Brighton - a city known for".
TOWN_AFTER = re.compile(
    r"(?:,| -| –| is| was| \()? ?(?:an?|the|one of) (?:[\w’'-]+ ){0,5}?"
    r"(?:city|town|borough|cities|towns|boroughs)\b"
)
