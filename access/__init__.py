"""People, agencies, login, rights, audit and notices."""
