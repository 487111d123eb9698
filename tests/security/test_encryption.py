"""Everything that keeps data is encrypted with a key of our own that lives and rotates, old objects included."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.aws.encryption import EncryptionKey, Store, sampled_objects, stores_of
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.encryption import CUSTOMER, Kept, Key, unsafe
from tests.judges.key_policy import key_policy_problems


@verifies("SEI-1.1.2.2.1")
def test_every_store_is_encrypted_with_a_live_key_of_ours(line: Line, aws: Account) -> None:
    stores = [*stores_of(aws), *sampled_objects(aws)]
    keys = {(s.region, s.key): EncryptionKey(aws, s.key, s.region) for s in stores if s.key}
    own = {k for k, customers in each(lambda i: (i[0], i[1].manager == CUSTOMER), keys.items()) if customers}

    bare = [_why(s) for s in stores if not s.encrypted or (s.region, s.key) not in own]
    share = 100 * (len(stores) - len(bare)) / len(stores)
    observed(aws, "encrypted with a customer key", share, source=f"{len(stores)} stores and objects", unit="percent")
    shown = "; ".join(bare[:10]) + ("; ..." if len(bare) > 10 else "")
    problems = [line.limit("encrypted_stores").problem(share, of=aws, hint=shown)]
    for place in sorted(own):
        key, used = keys[place], next(str(s) for s in stores if (s.region, s.key) == place)
        of = f"{key}, of {used}"
        problems.append(line.limit("key_state").problem(key.state, of=of, hint="Nobody can read what it encrypts"))
        problems.append(line.limit("cipher").problem(key.cipher, of=of))
    alive = [keys[place] for place in sorted(own) if keys[place].state == "Enabled"]
    still = [str(key) for key in alive if not key.rotates]
    problems += _open_keys(aws, [keys[place] for place in sorted(own)])
    problems.append(
        line.limit("unrotated_keys").problem(len(still), of=aws, hint=f"{', '.join(still)}: turn rotation on")
    )
    conclude(problems)


@verifies("AURA-8.1.2.2")
def test_all_that_keeps_data_is_encrypted_with_a_living_key_of_ours(line: Line, aws: Account) -> None:
    stores = [*stores_of(aws), *sampled_objects(aws)]
    keys = {(s.region, s.key): EncryptionKey(aws, s.key, s.region) for s in stores if s.key}
    known = dict(each(lambda item: (f"{item[0][1]} in {item[0][0]}", _said(item[1])), keys.items()))
    wrong = unsafe([Kept(str(s), s.encrypted, f"{s.key} in {s.region}" if s.key else "") for s in stores], known)
    share = 100 * (len(stores) - len(wrong)) / len(stores)
    observed(aws, "encrypted with a living key", share, source=f"{len(stores)} stores and objects", unit="percent")
    shown = "; ".join(wrong[:10]) + ("; ..." if len(wrong) > 10 else "")
    own = [key for _, key in sorted(keys.items()) if key.manager == CUSTOMER]
    conclude([line.limit("encrypted").problem(share, of=aws, hint=shown), *_open_keys(aws, own)])


def _open_keys(aws: Account, keys: list[EncryptionKey]) -> list[str]:
    """Say of the customer's keys whom their policies let in who should not be; each once, by its ARN."""
    there = {str(key.raw["Arn"]): key for key in keys if key.raw}
    found = each(lambda key: key_policy_problems(key.policy, aws.id, aws.settings.key_accounts), there.values())
    observed(aws, "key policies read", len(there), source="kms:GetKeyPolicy", unit="count")
    return [f"{key} {what}: see its policy" for key, said in zip(there.values(), found, strict=True) for what in said]


def _said(key: EncryptionKey) -> Key:
    own = key.manager == CUSTOMER
    return Key(str(key), key.manager, key.state, own and key.state == "Enabled" and key.rotates)


def _why(store: Store) -> str:
    if not store.encrypted:
        return f"{store} is not encrypted"
    return f"{store} is encrypted with {store.key or 'no key of its own'}, which is no customer key"
