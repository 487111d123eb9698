"""The AWS accounts of the reference deployment: moto over HTTP, and a thin layer for what moto leaves out.

A request goes through `application.Application`: who calls (`identity`), is it broken on purpose (`disturbances`),
may they (`permissions`), then one of our own operations (`operations/`) or moto, then what moto does not keep
(`amendments`), then the trail. The accounts are built from `accounts/*.toml` by `builder` over the same path.
"""
