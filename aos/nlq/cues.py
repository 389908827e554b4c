"""The words of the grammar. A phrase means one thing wherever a question has it and nothing in the data is named so.

None of these is the name of a measure, a field or a vendor: those come from the catalogue alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aos.nlq.text import Token


class Cue(NamedTuple):
    """`kind` is what part of the grammar it is; `of` says more: an operator, a function, a grain, a direction. "
    "`by` are
    words of the measures that it compares by, where it is a word like `heaviest`."""

    kind: str
    of: str = ""
    by: frozenset[str] = frozenset()


_PHRASES: Mapping[tuple[str, str], str] = {
    ("count", ""): "how many|number of|no of|count of|count|how often|# of|#|total number of|the number of|volume of|"
    "how many of|total count of|overall number of|number",
    ("volume", ""): "volume|volumes",
    ("much", ""): "by what amount|by which amount|what amount of|how much|by how much|by how many|amount of|"
    "value of|level of|how large|how big|how high",
    ("distinct", ""): "distinct|unique|different|various",
    ("sum", ""): "total|overall|in total|grand total|total of|totals|totaling|in all",
    ("sum", "adding"): "tally up|tally|tot up|total up|add together|sum of|sum|sum up|add up|combined|"
    "altogether|aggregate|the sum of|taken together|"
    "added up|added together|summed up|summed|put together|all told|all together",
    ("avg", ""): "average|avg|mean|on average|average of|averaged|the average|averages|typical",
    ("max", ""): "single largest|single biggest|single highest|largest single|biggest single|highest single|"
    "maximum of|max of|highest|max|maximum|largest|biggest|greatest|most|peak|maximal|"
    "high|record high",
    ("min", ""): "single smallest|single lowest|smallest single|lowest single|minimum of|min of|lowest|min|"
    "minimum|smallest|least|fewest|minimal|low",
    ("top", ""): "top|leading",
    ("best", ""): "best|best first|best performing|strongest",
    ("worst", ""): "worst|worst first|worst performing|weakest|poorest",
    ("bottom", ""): "bottom",
    ("newest", ""): "newest|most recent|latest|last",
    ("oldest", ""): "oldest|earliest|first|very first",
    ("common", "max"): "busiest|most common|most frequent|most frequently|commonest|most popular|most often|"
    "most used|"
    "most frequently used|most commonly",
    ("common", "min"): "quietest|least busy|least common|least frequent|least frequently|rarest|least popular|"
    "least often|least used",
    ("median", ""): "median|percentile|quartile|standard deviation|variance|mode of|std dev|stddev|p95|p90|p99",
    ("rank", ""): "rank|ranked|ranking|sorted|sort|order|ordered|rank ordered",
    ("descending", ""): "descending|from highest to lowest|high to low|largest first|highest first|"
    "biggest first|most first|"
    "in descending order",
    ("ascending", ""): "ascending|from lowest to highest|low to high|smallest first|lowest first|in ascending order",
    ("group", ""): "by|per|for each|broken down by|break down by|breakdown by|grouped by|group by|"
    "split by|for every|in each|by each|across|segmented by|broken out by|split across|separated by|each|every|"
    ""
    "according to|with respect to|by the|per each|splitted by|distribution by|"
    "categorized by|divided by type of|breakdown per|distributed by|distributed across|go by|at each|from each",
    ("because", ""): "because of|due to|owing to|on account of",
    ("odd", ""): "on time|in time|in full|ahead of time|respectively|separately|ever since",
    ("both", ""): "both|both of",
    ("all", ""): "across all|across all the|over all|over all the|for all|for all the|in all the|throughout all",
    ("breakdown", ""): "breakdown|break down|split|distribution|broken down|split up|distributed|divided up",
    ("grain", "quarter"): "in an average quarter|per average quarter|an average quarter|in a typical quarter|"
    "a typical quarter|quarterly|by quarter|per quarter|each quarter|every quarter|quarter by quarter|"
    "for each quarter|in each quarter|by the quarter|across quarters|across the quarters|for every quarter|"
    "by quarters|in a single quarter|in any single quarter|in any one quarter|in any quarter|in one quarter|"
    "of any quarter|of any one quarter|of any single quarter|of all quarters|of all the quarters|"
    "for any quarter|any quarter",
    ("grain", "month"): "in an average month|per average month|an average month|in a typical month|"
    "a typical month|monthly|by month|per month|each month|every month|month by month|for each month|"
    "in each month|by the month|across months|across the months|for every month|by months|in a single month|"
    "in any single month|in any one month|in any month|in one month|of any month|of any one month|"
    "of any single month|of all months|of all the months|for any month|any month",
    ("grain", "year"): "in an average year|per average year|an average year|in a typical year|a typical year|"
    "yearly|annually|by year|per year|each year|every year|year by year|for each year|"
    "in each year|by the year|across years|across the years|per annum|for every year|by years|in a single year|"
    "in any single year|in any one year|in any year|in one year|annual|of any year|of any one year|"
    "of any single year|of all years|of all the years|for any year|any year",
    ("grain", "day"): "daily|by day|per day|each day|every day|day by day|for each day|for every day|by days|"
    "in a single day|on a single day|on any single day|in any one day|on any day|on one day",
    ("grain", "week"): "weekly|by week|per week|each week|every week|week by week|for each week",
    ("trend", ""): "development of|evolution of|progression of|trend of|trend in|trends in|development in|"
    "trends of|trend|trends|trending|over time|history|timeline|evolution|evolved|evolve|develop|"
    "develops|developed|development|"
    "historical|historically|time series|progression|through time|over the years|trended|trend line|trendline|"
    "over the quarters|over the months",
    ("change", ""): "change|changed|changes|changing|grow|grew|grown|growing|growth|increase|"
    "increased|increases|increasing|decrease|decreased|decreasing|decline|declined|declining|improve|improved|"
    "improving|improvement|worsen|worsened|drop|dropped|dropping|fall|fell|fallen|falling|rise|rose|"
    "risen|rising|shrink|shrank|shrunk|go up|went up|gone up|going up|go down|went down|gone down|going down|"
    "difference|differ|delta|up or down|climb|climbed|get better|got better|get worse|"
    "got worse|gotten better|gotten worse|jump|jumped|expand|expanded|contract|contracted|reduce|reduced|"
    "better than|worse than|higher than|lower than|more than in|less than in|higher in|lower in|"
    "up from|down from|rate of change|deteriorate|deteriorated|"
    "move|moved|vary|varied|up|down|better|worse|fare|fared",
    ("higher", ""): "how much higher|how much lower|how much bigger|how much smaller|how much larger|"
    "how much greater|"
    "how much more|how much less|how many more|how many fewer|how much better|how much worse",
    ("change", "percent"): "growth rate|rate of growth|change in percent|percentage difference|by what percentage|"
    "by what percent|by what %|by how many percent|by how much percent|percentage change|percent change|% change|"
    "percentage growth|percent growth|% growth|percentage increase|percent increase|% increase|percentage decrease|"
    "percent decrease|% decrease|percentage drop|percent drop|% drop|percentage decline|percent decline|% decline|"
    "percentage rise|percent rise|% rise|percentage fall|percent fall|% fall",
    ("percent", ""): "in percent|in percentage|in percentage terms|in %|in percent terms",
    ("against", "year"): "yoy|y/y|year over year|year on year|y o y|compared to last year|vs last year|"
    "versus last year|compared with last year|than last year|year-over-year|against last year|over last year|"
    "compared to the previous year|compared to the year before|than the year before|vs previous year|"
    "compared to the prior year|from the year before|from last year|vs prior year",
    ("against", "quarter"): "qoq|q/q|quarter over quarter|quarter on quarter|compared to the previous quarter|"
    "vs previous quarter|than the quarter before|compared to the quarter before|from the previous quarter|"
    "vs prior quarter|from the quarter before|compared to the prior quarter|compared to last quarter|vs last quarter",
    ("against", "month"): "mom|m/m|month over month|month on month|compared to the previous month|vs previous month|"
    "than the month before|from the previous month|compared to the month before|compared to last month",
    ("versus", ""): "vs|versus|compared to|compared with|compare to|compared against|against|relative to|"
    "in comparison to|in comparison with|as opposed to|rather than",
    ("compare", ""): "compare|comparison|comparing|comparison of|comparison between|side by side|stack up",
    ("list", ""): "list|listing|records|record|rows|row|details of|details|list of|list out|enumerate|"
    "all the details|"
    "entries|entry",
    ("ask", ""): "would be grateful for|be grateful for|be grateful if you could tell me|i d appreciate|"
    "would appreciate|can i have|could i have|may i have|can we have|could we have|let me have|i after|we after|"
    "i am after|we are after|put|can you check|could you check|please check|could you please check|check how|"
    "check what|"
    "check the|can you confirm|could you confirm|please confirm|look at|take a look at|have a look at|remind me|"
    "remind us|tell us|let us know|let me know|find out|walk me through|run me through|talk me through|"
    "help me understand|help us understand|i am looking for|looking for|we need|we want|we would like|"
    "i would love|would love to see|would love to know|i wonder|i was wondering|wondering|do we know|any idea|"
    "does anyone know|happen to know|quick question|question for you|i have to know|i need to know|"
    "would you mind telling me|mind telling me|could you run|can you run|can you pull|could you pull|"
    "can you list|could you list|can you find|could you find|can you work out|could you work out|put together|"
    "draw up|dig up|dig out|read out|print out|run the numbers on|state the|indicate the|report the|specify the|"
    "state|indicate|tabulate|can i get|can we get|"
    "could i get|could we get|could i see|can we see|may i see|i would like|"
    "i d like|show|show me|give me|display|find|get|get me|pull|pull up|fetch|tell me|tell me about|see|view|"
    "look up|let me see|i want to see|i need|i want|want|need|provide|retrieve|bring up|find me|give us|show us|"
    "would like to see|would like to know|like to see|like to know|what about|how about|and what about|"
    "i want to know|do you know|can you tell me|could you tell me|can you show me|could you show me|"
    "can i see|know|summarize|summary of|summarise|calculate|compute|determine|work out|figure out|"
    "send me|send us|send over|hand me|hand us|share with us|can you send me|plot|chart|graph|draw|visualize|"
    "visualise|could you send me|"
    "can you give me|could you give me|help me find|can you|could you|please|would like",
    ("", ""): "if possible|if you can|if you could|when you can|when you get a chance|for me|for us|as a whole|"
    "in general|all in all|in the end|company wide|companywide|across the company|across the business|"
    "across the board|group wide|on our books|on its books|just the number|only the number|number only|"
    "one number|in one number|in numbers|in figures|to be precise|give or take|roughly speaking|on a single|"
    "of a single|in a single|on any single|of any single|any single|one single|"
    "how many points|how many percentage points|by how many points|by how many percentage points|on a given|"
    "in a given|at any quarter end|at any month end|"
    "at any year end|at any point|at any time|any given|look like|"
    "looks like|looked like|out of|by means of|on behalf of|in terms of|with regard to|"
    "in respect of|as part of|by way of|on board|quick one|that one|this one|the one|on file|on record|"
    "on the books|in the system|in the books|in the data|in one figure|"
    "in a single figure|as it stands|i e|on the whole|each time|at all|"
    "so to speak|as far as",
    ("moment", ""): "when|on what date|on which date|what day|by which date|by when|by what date|on which day|"
    "since when|at what time",
    ("which", ""): "which|who|whose|which of|which one|which ones|whom",
    ("share", ""): "percentage of|percent of|share of|proportion of|fraction of|what percentage of|what percent of|"
    "what share of|what proportion of|what fraction of|% of|ratio of|what % of|how large a share of|"
    "portion of|what portion of|which portion of|what part of|which part of|which percentage of|which share of|"
    "which proportion of|what percentage|what percent|what share|what fraction|what proportion|what %|"
    "how many percent of",
    ("exists", ""): "any|is there|are there|are there any|is there any|do we have any|did we have any|were there|"
    "were there any|was there|was there any|has there been|have there been",
    ("cmp", "gt"): "over|above|more than|greater than|larger than|higher than|bigger than|exceeding|exceed|exceeds|"
    "exceeded|in excess of|>|beyond|worth over|worth more than|worth above|upwards of|north of|better than|"
    "surpassing|surpass|topped|tops|topping|cleared|crossed|beat|beats|went over|went above|came in above|"
    "came in over|"
    "surpassed|is more than|taking more than",
    ("cmp", "ge"): "at least|worth at least|>=|no less than|minimum of|not less than|not under|not below|"
    "greater than or equal to|"
    "no fewer than|starting at|min of|from at least|not fewer than",
    ("cmp", "lt"): "under|below|worth under|worth less than|less than|fewer than|smaller than|lower than|<|"
    "south of|beneath|fell below|fell under|dropped below|dropped under|dipped below|dipped under|went below|"
    "went under|came in below|came in under|stayed below|stayed under|"
    "worse than|is less than|taking less than",
    ("cmp", "le"): "at most|<=|no more than|maximum of|not more than|not over|not above|less than or equal to|"
    "max of|not exceeding|up to",
    ("cmp", "eq"): "exactly|equal to|equals|=|equal|precisely|is exactly",
    ("cmp", "ne"): "!=|<>|not equal to|different from|unequal to",
    ("after", "ge"): "or more|or above|or higher|or greater|or over|and above|and over|and up|plus|or larger|"
    "or bigger|or longer|and higher|and more",
    ("after", "le"): "or less|or below|or lower|or under|or fewer|and below|and under|or smaller|or shorter",
    ("signed", "lt"): "negative|below zero|in the red|less than zero|under zero",
    ("signed", "gt"): "positive|above zero|in the black|more than zero|over zero",
    ("between", ""): "between|ranging from|in the range of|from between|in between",
    ("not", ""): "not|non|no|other than|except|except for|excluding|without|isn|besides|exclude|apart from|"
    "leaving out|leave out|left out|not including|not counting|disregarding|ignoring|omitting|barring|sans|"
    "never|outside of|outside|but not|that are not|which are not|is not|are not|were not|was not|have not|has not|"
    "not in|not from|did not|do not|does not|not yet|aside from|anything but|neither|all but|everything except",
    ("missing", ""): "missing|empty|blank|null|unset|unknown|undefined|not set|without any|with no|having no|lacking|"
    "is empty|are empty|not filled|not recorded|has no|have no|do not have|does not have|did not have|"
    "without having|lacks|lack|with missing|with empty|unassigned",
    ("present", ""): "not null|not empty|not missing|filled|present|not blank",
    ("figured", ""): "posted|booked|reported|received",
    ("more", ""): "more|fewer|less",
    ("and", ""): "and|as well as|along with|together with|plus also|&|and also",
    ("or", ""): "or|nor|either|and or|either of",
    ("why", "why"): "what makes|what leads|what prompts|what explains|what triggers|why|how come|reason|reasons|"
    "cause|caused|causes|explain|explanation|because|driver|drivers|"
    "drove|what drove|root cause|what made|led to|due to what|contributed to|contribute to|behind|responsible for|"
    "what happened|impact|impacted|affect|affected|influence|influenced|lead to|driving|explains",
    ("why", "future"): "will|forecast|forecasts|forecasted|predict|predicts|prediction|predicted|projection|"
    "projected|"
    "project|expect|expected|expecting|going to|estimate|estimated|future|tomorrow|outlook|extrapolate|"
    "anticipate|anticipated|would be|likely|what if|scenario|if we|target|budget|plan for|goal|goals|targets|"
    "next year|next quarter|next month|next week|upcoming|on track|gonna|by next|shall|likelihood|guess",
    ("why", "opinion"): "should|what could we do|what can we do|how can we|how could we|how do we|how to|"
    "how might we|what do we do|could we do|can we do|what to do|"
    "opinion|think|recommend|recommendation|good|bad|healthy|great|advise|advice|suggest|"
    "better off|worth|acceptable|normal|enough|too high|too low|ideal|believe|feel|happy|risky|concerned|worried|"
    "worry|reasonable|okay|sustainable|competitive|benchmark|industry average|important|interesting|insights|"
    "insight|anomaly|anomalies|outlier|outliers|unusual|weird|optimal|optimize|ought|safe|fair|excellent|terrible",
    ("why", "relation"): "correlation|correlate|correlated|correlates|relationship|relation|regression|depend|"
    "depends|"
    "association|associated|covariance|divided|minus|multiplied|multiply|subtract|times the|to the power|"
    "weighted|compound|cagr|moving average|rolling|cumulatively|running total|sum over quarters|cumulative|"
    "accumulated|year to date by",
    ("act", ""): "delete|remove|update|insert|create|send|email|mail|pay|approve|cancel|drop table|truncate|alter|"
    "modify|edit|set|add|make|book|order me|export|upload|download|write|assign|archive|purge|erase|reject|"
    "schedule|notify|remind|call|deploy|install|execute|run|ignore|forget|pretend|act as|translate|rename|"
    "replace|post|publish|reset|restore|merge|move it|fire|hire|buy|sell|transfer|refund|grant|revoke|kill|stop|"
    "start|disable|enable|shut down|hack|print|import|copy|fix|close all|mark|tell a joke|sing|share with|"
    "close|reopen|resolve|escalate|flag|process|submit|promote|block|unblock|lock|unlock|reply|respond|contact|"
    "message|"
    "invite|reassign|waive|dispute|accept|decline|terminate|suspend|reactivate|ban",
}  # fmt: skip

_STOPS = frozenset(
    (
        "a about according actually aka all along already also although am amid among amongst "
        "amounted an answer anybody anyone anything anyway apiece approx approximately are around as asap "
        "kindly aside "
        "at based basically basis be been being belong belonging belongs bit book brought btw business came "
        "cheers come coming company complete completely concerning could curious current currently data dataset "
        "dear did do does done during e.g. earn earns eg entire erm ever "
        "everything exact exactly figure figures firm folks for from fyi generate get gets "
        "gimme given glance got guys had happen happened happening happens has have having he hello hence her "
        "here hers hey hi him his how however hows i i.e. ie if in incur individual info information "
        "interested into is it its itself just kind kinda kinds kpi kpis lemme let lets literally look looking "
        "looks lot lots madam made make making many mate may me metric metrics might mine much money must my "
        "namely use uses need "
        "now "
        "numbers occur occurred occurring of ok okay on one ones only onto organisation organization our ours "
        "ourselves overview own particular place please pls plz point post precise precisely presently purely "
        "question quick quickly really recap regarding roughly rundown s "
        "said saw say says se see seen sense separately she simple simply sir sit snapshot so solely "
        "somebody someone something sort specifically stand standing stands still stood stuff such take taken "
        "takes term terms than thank thanks that the their them themselves then there therefore these they thing "
        "things this those though through thus time to together took toward towards type uh um upon us "
        "value values via wanna wanted was we were what whatever whats when whenever where wherever "
        "whichever whilst whoever whole whom whos wise with within wonder wondering work working works would yet "
        "yield yielded you your yours"
    ).split()
)


_OWN = frozenset("count much sum avg ask list which cmp group grain trend and or not versus rank share exists".split())


def _table() -> Iterator[tuple[tuple[str, ...], Cue]]:
    for (kind, of), phrases in _PHRASES.items():
        for phrase in phrases.split("|"):
            yield tuple(phrase.split()), Cue(kind, of)


CUES: dict[tuple[str, ...], list[Cue]] = {}
for _words, _cue in _table():
    CUES.setdefault(_words, []).append(_cue)
LONGEST = max(map(len, CUES))
WORDS = frozenset(word for phrase in CUES for word in phrase if len(word) > 3)
ASKING = frozenset(word for phrase, meant in CUES.items() if Cue("ask") in meant for word in phrase)
BEGINNINGS = frozenset(phrase[0] for phrase in CUES)


def cues_at(
    tokens: Sequence[Token], at: int, others: Mapping[tuple[str, ...], Sequence[Cue]]
) -> Iterator[tuple[Cue, int]]:
    """Every cue that begins at a token, with the place behind it; `others` are those of the words in data files."""
    lows: tuple[str, ...] = ()
    for end in range(at, min(at + LONGEST, len(tokens))):
        lows = (*lows, tokens[end].low)
        for cue in (*CUES.get(lows, ()), *others.get(lows, ())):
            yield cue, end + 1


# What an answer is for says nothing of what is asked: `for the board deck`. A thing of the data so called does.
_AUDIENCE = frozenset(
    "board chart graph plot table powerpoint ppt slideshow email slide slides deck presentation meeting report "
    "auditor"
    " auditors audit boss ceo cfo coo investors memo review newsletter spreadsheet analysis planning budgeting"
    " reference context completeness records".split()
)
_OWNERS = frozenset("the my our a an this next".split())


def purpose_at(tokens: Sequence[Token], at: int) -> int:
    """Where a phrase ends that says what an answer is for; where it begins if none does."""
    end = at + 1
    if tokens[at].low != "for" or end >= len(tokens):
        return at
    end += tokens[end].low in _OWNERS
    begun = end
    while end < len(tokens) and tokens[end].low in _AUDIENCE:
        end += 1
    return end if end > begun else at


_WANTING = frozenset("want wants wanted need needs needed asked asks requires requested".split())
_ASKERS = frozenset("finance management team someone somebody client director manager accountant controller".split())
_WANTED = (("to", "know"), ("to", "see"), ("to", "have"), ("for",), ("us", "for"), ("me", "for"))


def wanting_at(tokens: Sequence[Token], at: int) -> int:
    """Where a phrase ends that says who wants to know, at the beginning of a question: `the board wants`; where it
    begins if none does."""
    end = at + (tokens[at].low in _OWNERS or tokens[at].low == "one")
    begun = end
    while end < len(tokens) and tokens[end].low in _AUDIENCE | _ASKERS:
        end += 1
    if at or end == begun or end >= len(tokens) or tokens[end].low not in _WANTING:
        return at
    end += 1
    behind = [tuple(token.low for token in tokens[end : end + size]) for size in (2, 1)]
    return end + next((len(more) for more in behind if more in _WANTED), 0)


def is_figure(word: str) -> bool:
    """Whether a word by itself asks for a figure, whatever it is: `number`, `total`."""
    return any(cue.kind in ("count", "sum", "avg", "much") for cue in CUES.get((word,), ()))


def says_how(phrase: tuple[str, ...]) -> bool:
    """Whether these words are the grammar's own: no value of anybody's data may take them."""
    return any(cue.kind in _OWN for cue in CUES.get(phrase, ()))


def is_stop(word: str) -> bool:
    """Whether a word carries no meaning of its own in a question."""
    return word in _STOPS
