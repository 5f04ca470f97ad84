"""Measurements of the addon: `make bench`. Nothing here asserts how long something takes."""
