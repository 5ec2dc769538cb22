"""Plans of what to do about findings: written for people to carry out and to check, never carried out here (domain.md 5.4)."""
