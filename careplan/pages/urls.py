"""Page routes, one block a door."""

clinic_patterns = []

mine_patterns = []

open_patterns = []
