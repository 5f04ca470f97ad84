"""The letters of the demo, by theme; ``collection.all_letters`` puts them together."""
