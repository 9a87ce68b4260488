"""What stands beside the official result and never in its place. Floats, and numpy: import lazily, in workers only.

agreement    do assessors order alike? (Krippendorff's alpha)
severity     who gives more or less than the others, how evenly, and the scores without that
panel        a category as arrays, and what one way of counting makes of it
scenarios    every other way of counting: which result would change?
bootstrap    how far a score would move if the same panel were drawn again
"""
