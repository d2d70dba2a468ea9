"""The pages of access, one room for each thing that people come for."""
