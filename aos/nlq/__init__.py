"""Questions in English, answered from DCL's catalogue or refused; no model and no network.

text.py, numbers.py, dates.py    question → tokens; amounts and periods among them
cues.py, synonyms.py             the words of the grammar, and words that mean the same
catalogue.py, profile.py         what there is to ask about, and what its values look like
lexicon.py, cover.py             a pipe's names and values as phrases; the best reading of every token
slots.py, choose.py              the reading as measure, filters, periods, groups; which pipe; refusals
plan.py, shapes.py, phrase.py    Query, rows, a sentence
"""
