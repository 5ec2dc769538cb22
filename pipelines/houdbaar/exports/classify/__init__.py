"""What a column that no contract names seems to hold: decided from its name and a bounded sample of its values."""
