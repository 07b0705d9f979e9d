"""Routes of the ground floor: account, patients, staff, settings, audit."""

clinic_patterns = []

open_patterns = []
