"""Answers to requests: the copy of somebody's data, the letter that goes with it, and plans of what must be erased or corrected."""
