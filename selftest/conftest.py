"""For all tests of the project itself."""

from hypothesis import settings

# Two cores run everything at once: how long an example took says nothing of the code.
settings.register_profile("selftest", deadline=None)
settings.load_profile("selftest")
