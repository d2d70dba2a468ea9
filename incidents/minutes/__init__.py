"""The biên bản on paper: what it says, and how Nghị định 30/2020/NĐ-CP lays it out."""
