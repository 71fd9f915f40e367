"""Words beside a number that decide what it says: "about", "more than", "gained", "would".

English phrases, as data. A phrase that is missing costs a claim; one that is wrong costs trust.
"""

import re
from enum import Enum

_ADVERBS = (
    r"(?:(?:now|already|just|also|recently|still|currently|only|even|since|so\s+far|comfortably|well"
    r"|easily|finally|fully|at\s+last|by\s+now|almost\s+exactly|exactly|precisely|quietly|proudly|today"
    r"|this\s+morning)\s+)*"
)
_LEADING = re.compile(
    r"(?:\b(?:only|exactly|precisely|fully|a\s+total\s+of|an?\s+(?:whopping|impressive|respectable|mere|modest"
    r"|solid|staggering|healthy|record|remarkable|massive|tidy|cool|handsome|grand|hefty|stunning|dizzying"
    r"|comfortable|proud|decent|fine|huge)|the\s+(?:mark|threshold|milestone|barrier|number|figure)\s+of|its|the|their|his|her"
    r"|another)\s+)$"
)
"""Words before a number that do not change it."""


class Hedge(Enum):
    """How exact a number is said to be."""

    MORE = "more"
    REACHED = "reached"
    ROUGHLY = "roughly"
    NEARLY = "nearly"
    JUST_OVER = "just_over"
    FEWER = "fewer"
    COUNTING = "counting"
    """As in "44k stars and counting"."""
    UNCERTAIN = "uncertain"


_HEDGES: tuple[tuple[Hedge, str], ...] = (
    # Before "fewer than", which it ends with.
    (Hedge.MORE, r"(?:no|not)\s+(?:fewer|less)\s+than"),
    (
        Hedge.UNCERTAIN,
        r"up\s+to|as\s+many\s+as|not|never|no|without|another|first|last|next|every|between"
        r"|(?:to|not\s+yet|yet\s+to)\s+(?:reach|hit|pass|cross|get\s+to|top)|short\s+of|worth\s+of"
        r"|toward|towards|nor|whether|out\s+of",
    ),
    (
        Hedge.JUST_OVER,
        r"just\s+over|a\s+touch\s+over|a\s+little\s+over|slightly\s+(?:over|more\s+than)|a\s+bit\s+over|just\s+above"
        r"|a\s+shade\s+over|a\s+little\s+more\s+than|just\s+past",
    ),
    (
        Hedge.NEARLY,
        r"nearly|almost|close\s+to|just\s+under|just\s+shy\s+of|shy\s+of|a\s+little\s+under"
        r"|nears?|nearing|approach(?:es|ing)|not\s+quite|just\s+below|closing\s+in\s+on",
    ),
    (
        Hedge.ROUGHLY,
        r"about|around|roughly|approximately|approx\.?|some|circa|ca\.?|c\.|an\s+estimated"
        r"|somewhere\s+around|in\s+the\s+region\s+of",
    ),
    (
        Hedge.FEWER,
        r"fewer\s+than|less\s+than|under|below|(?:no|not)\s+more\s+than|at\s+most",
    ),
    (
        Hedge.MORE,
        r"more\s+than|over|at\s+least|upwards\s+of|north\s+of|in\s+excess\s+of|above|beyond"
        r"|better\s+than|exceed(?:s|ed|ing)|surpass(?:es|ed|ing)"
        r"|topp(?:ed|ing)|tops",
    ),
    (
        Hedge.REACHED,
        r"(?:has\s+|have\s+)?(?:(?:roar|sail|rac|soar|storm|surg|zoom|rocket|cruis|breez)(?:e?s|e?d)\s+past"
        r"|hits?|hitting|reach(?:es|ed|ing)?|pass(?:es|ed|ing)?|past"
        r"|cross(?:es|ed|ing)?|clear(?:s|ed)|celebrat(?:es|ed|ing)|br(?:oke|eaks|eached|oken)(?:\s+through)?|cracks?|cracked)",
    ),
    (Hedge.UNCERTAIN, r"than|from|within|since"),
)
HEDGE = "|".join(words for hedge, words in _HEDGES if hedge is not Hedge.UNCERTAIN)
"""Words before a number that say how exact it is."""
_HEDGE_AT_END = re.compile(
    rf"(?<![^\s(\[])(?=\w)(?:{'|'.join(f'({words})' for _, words in _HEDGES)})\s+$", re.IGNORECASE
)
"""The group says which hedge it is."""
_MAX_HEDGE = 50
"""Characters of a hedge."""


def lead_of(before: str) -> tuple[Hedge | None, int]:
    """Return how exact a number is, by the text before it, and where the words for it begin."""
    end = len(before)
    tail_start = max(0, end - 80)
    tail = before[tail_start:]
    while found := _LEADING.search(tail):
        if found[0].startswith("another"):
            return Hedge.UNCERTAIN, tail_start + found.start()
        tail = tail[: found.start()]
    found = _HEDGE_AT_END.search(tail, max(0, len(tail) - _MAX_HEDGE))
    if found is None:
        return None, tail_start + len(tail)
    hedge, start = _HEDGES[(found.lastindex or 1) - 1][0], found.start()
    if found[0].lower().startswith("up ") and _MOVES.search(tail[:start]):
        return None, tail_start + len(tail)  # "has crept up to 5,000 stars"
    if hedge is Hedge.UNCERTAIN and found[0].startswith("to ") and _TOOK.search(before):
        hedge = Hedge.REACHED  # "It took X a week to reach 5,000 stars"
    # "has already passed": the verb counts, whatever stands between.
    return hedge, tail_start + start


_MOVES = re.compile(
    r"\b(?:is|now|w[ao]kes?|(?:cr[ei]p|edg|inch|r[io]s|climb|mov|tick|shoot|shot|add|go|went)\w*)\s+$"
)
"""Verbs before "up to" that make it the place where a count is."""
_GAIN = (
    r"(?:an?|the|its|['’]s)\s+(?:daily\s+|weekly\s+|monthly\s+|net\s+)?(?:gain|increase|rise|jump|haul)\s+of|gain(?:s|ed|ing)?|add(?:s|ed|ing)?|pick(?:s|ed|ing)?\s+up|put(?:s|ting)?\s+on|(?:crept|edged|inched|ticked|moved|went|shot|is|was)\s+up(?:\s+by)?|up(?:\s+by)?"
    r"|(?:rose|risen|rises|rising|grew|grows|grown|jumped|jumps|climbed|climbs|increased|increases|surged"
    r"|soared|leapt|advanced|swelled)(?:\s+by)?|nett?ed"
)
_LOSS = (
    r"an?\s+(?:loss|drop|decline|fall)\s+of|lost|loses|losing|shed|sheds|shedding|dropp(?:ed|ing)|drops|(?:crept|edged|ticked|went|is|was)\s+down(?:\s+by)?|down(?:\s+by)?"
    r"|(?:fell|falls|declined|decreased|slipped|shrank)\s+by|bled"
)
_GET = (
    r"won|wins|winning|attract(?:s|ed|ing)?|collect(?:s|ed|ing)?|earn(?:s|ed|ing)?|draw(?:s|n|ing)?"
    r"|drew|receiv(?:es|ed|ing)|rack(?:s|ed|ing)?\s+up|garner(?:s|ed|ing)?|gather(?:s|ed|ing)?"
    r"|amass(?:es|ed|ing)?|accumulat(?:es|ed|ing)|pull(?:s|ed|ing)?\s+in|got|gets|took|takes|saw|sees"
    r"|(?:was|is|been|were)\s+(?:given|awarded|handed)|bagg(?:ed|ing)|bags|welcom(?:ed|es)|land(?:ed|s)|scor(?:ed|es)|notch(?:ed|es)(?:\s+up)?|claim(?:ed|s)"
    r"|bank(?:ed|s)|clock(?:ed|s)\s+up|chalk(?:ed|s)\s+up|post(?:ed|s)|haul(?:ed|s)\s+in|reel(?:ed|s)\s+in|rak(?:ed|es)\s+in"
    r"|scoop(?:ed|s)(?:\s+up)?|snapp?(?:ed|s)\s+up|pil(?:ed|es)\s+on|gr(?:ound|inds)\s+out|add(?:ed|s)\s+on|obtain(?:ed|s)|record(?:ed|s)"
)
_PERFECT = rf"(?:(?:has|have)\s+{_ADVERBS})?"
MOVES = re.compile(
    rf"\b(?=[\w'’]){_PERFECT}(?:(?P<gets>{_GET})|(?P<gains>{_GAIN})|(?P<loses>{_LOSS}))\s+{_ADVERBS}$",
    re.IGNORECASE,
)
"""Verbs right before a number: of a total, or of a change over a window; of a change; of a loss."""
GETS = _GET
GAINS = rf"{_GET}|{_GAIN}|{_LOSS}"

RISES_TO = (
    r"(?:(?:has|is)\s+(?:now\s+|already\s+)?)?(?:rose|rises|risen|climb(?:s|ed)|gr(?:ew|ows|own)|jump(?:s|ed)|soar(?:s|ed)"
    r"|surg(?:es|ed)|leap(?:s|ed|t)|shot|shoots|rocket(?:s|ed)|rac(?:es|ed)|swell(?:s|ed)|balloon(?:s|ed)|doubl(?:es|ed)"
    r"|tripl(?:es|ed)|advanc(?:es|ed)|mov(?:es|ed)|creeps|crept|edg(?:es|ed)|inch(?:es|ed)|went|up|got|comes?|came|falls?|fell|fallen"
    r"|drop(?:s|ped)|slip(?:s|ped)|sinks|sank|down)(?:\s+up)?\s+to"
)
HOLDS = (
    r"(?:(?:has|holds|counts|boasts|carries|commands|shows|keeps|owns|claims|wears|enjoys|sports|displays|tallies"
    r"|registers|records|reports|lists|musters|touts|flaunts|totals|numbers|packs|bears|draws|attracts|sees|moves"
    r"|maintains|logs|clocks|posts|pulls|pulls\s+in|has\s+(?:clocked|logged|amassed|accumulated|gathered|attracted))"
    r"|(?:sits|stands|is|rests|remains|holds\s+(?:steady|firm)|hovers|sits\s+pretty|clocks\s+in|weighs\s+in|comes\s+in)"
    r"\s+(?:at|on)"
    r"|(?:ends|ended|closes|closed|finishes|finished)\s+(?:the|this)\s+(?:day|week|weekend|month)\s+(?:at|on|with)"
    r"|(?:opens|starts|begins)\s+the\s+(?:day|week)\s+(?:at|on|with)|(?:wakes|woke)\s+up\s+(?:to|at|with)"
    r"|(?:has|is)\s+(?:now\s+|already\s+)?(?:at|up\s+to|down\s+to)|['’]s\s+(?:now\s+)?(?:got|at|up\s+to)"
    r"|(?:leads|led|follows|followed|opens|closes|ends|finishes|trails|tops|comes\s+\w+"
    r"|is\s+(?:\w*(?:first|second|third|th)|last|on\s+top|ahead|back|up))(?:\s+the\s+\w+)?\s+with"
    rf"|{RISES_TO}|now\s+at)"
)
"""Verbs of having a total, third person singular: a plural has more than one subject."""
ADVERBS = _ADVERBS

NOT_ASSERTED = re.compile(
    r"\b(?=\w)(?:[Ii]f|[Uu]nless|[Uu]ntil(?!\s+now\b)|[Ww]hether|[Ii]magine|[Ss]uppose|would|could|will|won['’]t|should"
    r"|might|may|[Aa]ims?|[Nn]obody|[Nn]o\s+one|not\s+true|untrue|[Ss]ome\s+say|[Cc]laims?\s+that|accus(?:es|ed)|doubts?|denie[sd]|hopes?|hoping|expects?|expected|expecting|[Ff]orecasts?|[Pp]redict(?:s|ions?)|targets?|goal"
    r"|wants?|needs?|plans?|dreams?|used\s+to|[Oo]nce|originally|initially|rumou?r(?:s|ed)?|bets?"
    r"|[Uu]sually|[Nn]ormally|[Tt]ypically|[Gg]enerally|tends?|rarely|seldom|averag(?:es|ed|ing)|fail(?:s|ed)\s+to|hoped"
    r"|halfway|nowhere|of\s+the\s+way\s+to|universe|novel|fiction|[Ii]n\s+the\s+(?:film|play|movie)|hoax|typo|pretend|[Nn]ot\s+everything|[Ss]ay(?=\s+[A-Z])|^Had|simulation|thought\s+experiment|screenshots?"
    r"|mock-?ups?|demo\s+data|misprint(?:s|ed)?|mistaken(?:ly)?|wrongly|erroneously|bug\s+in|slide\s+says"
    r"|(?:old|older|earlier|cached|archived|outdated)\s+(?:page|chart|version|edition|README|slide|copy|snapshot)"
    r"|(?:[Ii]t|year|date)\s+is\s+(?:19|20)\d\d|[Aa]t\s+(?:its|the)\s+(?:peak|height|best)|(?:almost|nearly)\s+[a-z]+ed"
    r"|[Hh]ow\s+to|road\s+to|art\s+of|life\s+(?:after|with)|[Ww]hy(?=\s+\d)|[Ww]hat(?=\s+\d)|(?:week|month)\s+and\s+last"
    r"|(?:two|three|four|five|six|ten)\s+(?:days|weeks|months)"
    r"|(?:false|not\s+the\s+case|a\s+lie)\s+that|[Ww]e\s+(?:\w+\s+)?(?:printed|wrote|reported|gave)"
    r"|[Yy]esterday['’]s\s+(?:paper|issue|edition|story|bulletin)|can(?!\s+(?:now\s+)?(?:boast|claim|point|look))"
    r"|[Ii]ncluding|[Cc]ounting\s+(?:all|its|the)|[Ww]ith\s+(?:all\s+)?(?:its|the|their)\s+(?:\w+\s+)?"
    r"(?:forks|plugins|mirrors|extensions|siblings|adapters|variants|versions|copies|offshoots|ports|clones)"
    r"|reportedly|allegedly|supposedly|presumably|probably|perhaps|maybe|thinks?|believes?|[Ll]egend|[Jj]oke|[Qq]uiz"
    r"|^Say(?!\s+what\b)|[Ll]et(?:['’]s|\s+us)\s+say|^How(?!\s+(?:many|much)\b)|from\s+now|parallel\s+world|our\s+model|badge\s+says"
    r"|(?:[Ii]n|[Oo]n)\s+(?:their|the|our|its|an?)\s+(?:[a-z]+\s+)?(?:poll|survey|table|README|slide|badge|issue|edition)"
    r"|(?:day|week|month|year)['’]s\s+(?:winner|race|champion)|[Ww]inner\s+of\s+the"
    r"|(?:half|third|quarter|fifth|tenth)\s+of\s+\S+['’]s\s+(?:stars|likes|downloads|forks|upvotes)"
    r"|(?:base|bull|bear)\s+case|scenario|projections?|outlook|[Tt]rue\s+or\s+false|[Mm]yth|[Gg]uess"
    r"|(?:[Aa]t|[Aa]mong|[Ff]rom|[Vv]ia|[Tt]hrough)\s+(?:our|my|his|her)|[Aa]t\s+launch|(?:was|has)\s+ever"
    r"|(?:[Ww]hen|[Dd]ay|[Ww]eek)\s+it\s+\w+ed|[Ii]n\s+(?:an?|one|a\s+single)\s+(?:hour|minute|afternoon|morning)|[Cc]ombined|[Tt]ogether|[Bb]oth|[Ee]ach(?!\s+(?:day|week|month)\b)|[Aa]verages?|[Mm]edian|[Bb]etween|[Cc]ompared)\b"
)
"""Words anywhere before a figure, after which it is not asserted of one subject now.

`(?=\\w)` spares the many words at the ends of words, where `\\b` matches, too.
"""
NOT_ASSERTED_NEAR = re.compile(
    r"\b(?:not|never|cannot|lacks?|miss(?:ed|es)|without|nearly\s+as\s+many"
    r"|(?:lead|gap|margin|deficit|advantage|cushion|(?<!for\sthe\s)(?<!For\sthe\s)record)(?!\s+(?:with|at|on)\b)|owes?"
    r"|twice|double|triple|half|times(?!\s+and\b)|rather\s+than|instead\s+of)\b(?:\W+\w+){0,3}\W*$"
    r"|\band\s+(?:lost|shed)\s+$"
    r"|n['’]t\b(?:\W+\w+){0,3}\W*$|,\s+like,\s+$|\b[Ww]hen\s+(?!we\b|it\b)(?:[^,]|,\d)*$"
)
"""The same among the last words before a figure."""
PAST_NEAR = re.compile(
    r"\b(?:(?<!has\s)(?<!have\s)had|were|was\s+at|stood\s+at|ended\s+the\s+year"
    r"|(?:started|beg[au]n|opened)\s+(?:the|this)\s+(?:day|week|month|year)"
    r"|(?:starts|begins|opens)\s+(?:the|this)\s+(?:month|year)|then\s+(?:at|with)|at\s+the\s+time(?!\s+of)"
    r"|was\s+[a-z]+ing|(?:went|came|goes|comes|headed)\s+into|left\s+the|(?:woke|wakes)\s+up\s+on)\b"
    r"(?:\W+\w+){0,3}\W*$"
    r"|(?<!has\s)(?<!have\s)(?<!is\s)(?<![\w/-])(?!(?:land|levell|clos|end|finish|rest|hover|remain|settl|perch|follow|plac|rank|stay|topp|crown|bless|arm|back|adorn|stopp|stuck)ed\b)"
    r"(?:[a-z]{2,}ed|went|left|got|hit|was\s+[a-z]+)\s+(?:[^.,;:]{1,40}\s)?(?<!stands\s)(?<!sits\s)(?<!is\s)(?<!now\s)(?:with|at)\s+(?:(?:only|just)\s+)?$"
)
"""The same, unless the text says that it speaks of today."""
NOT_ASSERTED_NEXT = re.compile(
    r"^\s+(?i:more\s+than|fewer\s+than|ahead|behind|short|shy|away|apart|clear|closer|nearer|further|farther|from\s+\d+)\b"
    r"|^\s*(?:,\s*)?(?:lost|higher|lower|minus|than|each|apiece|combined"
    r"|together|between|respectively|per(?!\s+(?:day|week|month))|for\s+every|clubs?|league|party|out\s+of|too\s+(?:many|few)|or\s+more"
    r"|or\s+fewer|or\s+less|and\s+up|and\s+above|to\s+go|on\s+average|if|would|separate|in\s+all\s+across"
    r"|(?:an?|per|each|every)\s+(?:year|quarter|hour|minute|second|season|decade)|(?:counting|including|incl\.?|with)\s+(?:all|its|the)"
    r"|across|among|worth|were\s+(?:fake|bought)|from\s+\d|elsewhere|in\s+(?:our|[A-Z][\w.-]*))\b"
)
"""Words right after a figure that make it something else than a count of one subject."""
IS_A_GAIN = re.compile(
    r"\b(?:gains?|growth|increase|rise|jump|haul|intake|additions?|change)\b", re.IGNORECASE
)
"""Nouns that make the figure behind them a change."""
_ASIDE = re.compile(r",\s+(?:an?|the|which|that|who|whose|one\s+of)\s[^,.;:()\d]{1,120}(?=,)")


def without_asides(sentence: str) -> str:
    """Blank the clauses between two commas that describe a name, as in "X, the tool that could, …".

    What they say is not said of the figure behind them. Places stay as they are.
    """
    return _ASIDE.sub(lambda found: " " * len(found[0]), sentence) if "," in sentence else sentence


_FILLER = re.compile(
    r",\s+(?:um+|uh|er|erm|right|you\s+know|I\s+mean|I\s+checked(?:\s+this\s+morning)?|by\s+contrast|however"
    r"|meanwhile|in\s+turn|of\s+course|for\s+its\s+part),(?=\s(?!wh)[a-z0-9])"
)
"""Words between two commas that say nothing of the figure: "has, um, 5 stars"."""
_LIKE = re.compile(r",\s+like,(?P<then>\s(?:\d|(?:about|around|nearly|almost|over|more)\s))")
"""As in "has, like, 66,000 stars", which is about that many."""


def without_fillers(sentence: str) -> str:
    """Blank the fillers of spoken language. Places stay as they are."""
    if "," in sentence:
        sentence = _FILLER.sub(lambda found: " " * len(found[0]), sentence)
        sentence = _LIKE.sub(_as_about, sentence)
    return sentence


_THAN_AGO = re.compile(
    r"(?P<more>\b(?:more|extra|richer|higher)(?:\s+(?:GitHub\s+)?(?:stars|likes|forks|upvotes))?\s+)"
    r"than\s+(?:it\s+(?:had|did)\s+)?(?:(?:an?|one)\s+(?P<window>day|week|month)"
    r"|(?P<days>(?:seven|7|30|thirty)\s+days|24\s+hours))\s+(?:ago|before|earlier)"
    r"(?=\s*(?:$|[.,;:!)]|and\b|but\b))"
)


_IN_WORDS = {"day": "today", "week": "w/w", "month": "m/m"}
_WINDOW_IN_BRACKETS = re.compile(r"(?<=\d )\((?P<window>day|week|month)\)")


def with_gains(sentence: str) -> str:
    """Write "5 more stars than a week ago" as "5 more stars over the week".

    "+5 (day)" becomes "+5 today".

    Places stay as they are.
    """
    if " than " in sentence:
        sentence = _THAN_AGO.sub(lambda found: _with_span(found).ljust(len(found[0])), sentence)
    return _WINDOW_IN_BRACKETS.sub(_in_words, sentence) if " (" in sentence else sentence


def _with_span(found: re.Match[str]) -> str:
    span = f"in {found['days']}" if found["days"] else f"over the {found['window']}"
    return found["more"].replace("richer", "more").replace("higher", "more") + span


def _in_words(found: re.Match[str]) -> str:
    return _IN_WORDS[found["window"]].rjust(len(found[0]))


def _as_about(found: re.Match[str]) -> str:
    then = found["then"]
    word = "about" if then.strip().isdigit() else ""
    return f" {word}".ljust(len(found[0]) - len(then)) + then


_TOOK = re.compile(r"\b(?:took|needed|taken)\b[^.;:]{1,80}$", re.IGNORECASE)
_SHARED = re.compile(
    r"(?<![\w.])\d[\d.,]*(?:\s?[kKmM])?\+?"
    r"(?:\s+(?:and|or|to|through)\s+(?:[a-z]+\s+){0,2}|\s*[–—/-]\s*)$"
)
_FROM = re.compile(
    r"\b(?:grew|rose|rises|went|jumped|climbed|moved|fell|dropped|up|grown|risen)\b[^.;]{0,60}"
    r"\bfrom\s+[\d.,]+(?:\s?[kKmM])?\+?\s*(?:[a-z]+\s+)?to\s*(?:[a-z]+\s+){0,2}$"
)


def shares_number(before: str) -> bool:
    """Whether a number stands in a range or list of numbers, such as "2,000 to 3,000"."""
    tail = before[-120:]
    return _SHARED.search(tail) is not None and _FROM.search(tail) is None
