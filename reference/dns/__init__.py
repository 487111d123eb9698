"""The product domains' DNS, in the controller's process: two servers of the zones, and resolvers that ask these.

What the account's Route 53 says and what is answered are two things: `bends.json` sets a server's answers apart.
"""

BENDS = "dns/bends.json"
"""In the deployment's folder: server address to "NAME TYPE" to the values that it answers with instead."""
