"""The reference deployment: both products, small but real, as child processes of one supervisor.

`python -m reference up` starts it. It is the default target of the suite and the subject of the
proofs (`python -m reference faults`). It imports nothing of the suite but `golive.target`.
"""
