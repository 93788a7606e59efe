"""Swedish forms of a word that PostgreSQL's stemmer (Snowball) takes for other words. No database here.

Snowball cuts most endings («föreningarna», «förening»), but neither «-et» (avtalet, avtal) nor «-an» (skolan, skola),
and it takes the last letter of «plats» for a genitive. The forms listed here are stemmed beside the word itself, so
that either finds the other.
"""

import re

# What a word may end in, and the endings of its other forms, each put after what stands before.
_TURNS = [
    (r"(ets?|ena?|enas)", ("", "e", "et")),  # avtalet, avtalen; mötet, mötena
    (r"([bcdfghjklmnpqrstvxz])", ("{1}et",)),  # avtal
    (r"(e)", ("et",)),  # möte
    (r"(ans?|a|or|orna|ornas)", ("a", "an")),  # skola, skolan, skolor
    (r"o(|n|r|rna|rnas)", ("o", "orna")),  # sko, skor, skorna
    (r"s(|en|et|ens|er|erna|ernas|ar|arna)", ("s", "sen")),  # plats, platser; diagnos, diagnosen
    (r"het(|s|en|ens|er|erna|ernas)", ("het", "heter")),  # möjlighet, möjligheter
    (r"(m|n)", ("{1}", "{1}{1}et")),  # program, programmet
    (r"(mm|nn)(et|ets|en|ens|ar|arna|er|erna)", ("{0}", "{1}et")),
]
_SHORTEST = 2  # letters that must stand before the ending


def forms(word: str) -> list[str]:
    """The word first, then forms that it may also have in a text."""
    found = {word: None}
    for ending, others in _TURNS:
        if hit := re.fullmatch(rf"([a-zåäö]{{{_SHORTEST},}}?){ending}", word):
            doubled = hit[2] or ""
            found |= {hit[1] + other.format(doubled[:1], doubled): None for other in others}
    return list(found)
