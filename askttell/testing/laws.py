"""The laws of a strategy by name, each in the words that a refusal uses."""

STRATEGY_LAWS = {
    "inside": "every candidate lies in the space",
    "survives": "failures, ties, constants and extreme values do not end it",
    "recorded": "what a log records of its settings makes the same strategy",
    "swap": "it goes on in a history that others have made",
    "clock": "it reads no clock",
    "environment": "it reads and writes no environment variable",
    "random": "it neither reads nor changes a global random generator",
    "unchanged": "it does not change the history",
    "state": "it keeps no state: asked twice it answers the same",
    "memory": "what it remembers between calls may be forgotten at any moment",
    "resume": "a history read back from its records gives the same candidate",
    "travel": "the past of a longer history gives the candidate that it gave then",
    "order": "the order of dictionaries, such as settings and `when`, makes no difference",
    "identity": "the study's id, platform, notes and reasons make no difference",
    "storage": "the same history gives the same candidate, whichever storage it was kept in",
    "process": "another process, with another hash seed, gives the same candidate",
    "pending": "it does not propose again what is being evaluated, where any number of other points is left",
    "fresh": "it does not propose again what has a result, where any number of other points is left",
    "ends": "on a finite space that was tried in full it answers or raises Exhausted, and does not search for ever",
}
STRATEGY_CLAIMS = {
    "finite": "on a finite space each configuration comes once, and then Exhausted",
    "commutes": "the order in which results were told makes no difference",
    "several": "it serves several objectives",
}
