"""What is kept of audits: their folders today; finding status and the hash chain as they come."""
