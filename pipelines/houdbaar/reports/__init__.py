"""What people and programs get to see of an audit: everything is made from the findings and the obligations."""
