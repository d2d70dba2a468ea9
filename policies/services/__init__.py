"""What people do with forms, rules and pages: one function for each thing."""
