"""The arithmetic of the awards, in the order in which a score is made.

instrument  what may be given, and what it weighs      checks    whether an instrument makes sense
sheets      one assessor's scores and their total      stages    many sheets to one official score
findings    checked claims to one official score       final     stage scores to the final score and its stars
ranking     final scores to places                     hashing   a seal on what a result was made from
bulk        very many entries from sums, in whole numbers, to check the others
exact       the one rounding                           problems  how all of these say what is wrong

Numbers come in as `Decimal`, are combined without loss as `Fraction`, and are rounded in `exact.round_half_up` only.
"""
