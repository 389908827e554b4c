"""Questions in English, answered from DCL's catalogue or refused; no model and no network.

text.py, numbers.py, dates/      question → tokens; amounts and periods among them
compounds.py, slips.py           words written together or apart, and misspelled ones
cues.py, synonyms.py, english.py the words of the grammar, and words that mean the same
catalogue.py, profile.py         what there is to ask about, and what its values look like
fieldnames.py, doers.py          what the words of a field's name say
lexicon.py, cover.py             a pipe's names and values as phrases; the best reading of every token
again.py, parted.py              words that say a name again, and names that a verb parts
slots/, choose.py, elsewhere.py  the reading as measure, filters, periods, groups; which pipe; refusals
when.py, moment.py, periods.py   what a time means once the reference date is known
shapes/, tell.py, phrase.py      Query, rows, a sentence
"""
