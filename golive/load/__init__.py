"""Load runs: what one left behind (`artefact`), its results in figures (`results`), and how one is made (`running`)."""
