"""The demo association, built through the acts, as if people had worked with it since 2024.

The organisation, its people, its papers and its register number are invented; the cities and their inhabitants are official.
"""
