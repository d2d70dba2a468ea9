"""What people do with accounts and rights: one function, one transaction, each."""
