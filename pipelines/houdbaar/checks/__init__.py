"""What is judged, and how: a SQL file a check, and the Python that runs them."""
