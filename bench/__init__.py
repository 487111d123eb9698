"""How long the suite takes and what it asks of AWS, on growing accounts and over slow calls: `python -m bench`."""
