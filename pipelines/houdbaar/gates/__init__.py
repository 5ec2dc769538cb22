"""Findings and expectations as a gate: one verdict, and what continuous integration reads of it."""
