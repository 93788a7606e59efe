"""The steps of a case, one function for each, in the order they come.

Each does what people would have done, through the program's own forms and actions, and takes the story's telling.
"""
