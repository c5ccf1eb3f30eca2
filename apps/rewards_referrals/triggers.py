"""What PostgreSQL itself refuses: a ledger that does not add up (ARCHITECTURE, guard 4)."""

import pgtrigger

_ENTRY = "rewards_referrals_rewardentry"


def chain_trigger() -> pgtrigger.Trigger:
    """An entry goes on where the one before it ended."""
    return pgtrigger.Trigger(
        name="chain",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        declare=[("before", "INTEGER")],
        func=f"""
            before := 0;
            IF NEW.position > 1 THEN
                SELECT balance_after INTO before FROM {_ENTRY}
                WHERE reward_id = NEW.reward_id AND position = NEW.position - 1;
            END IF;
            IF before IS NULL OR NEW.balance_after <> before + NEW.points THEN
                RAISE EXCEPTION 'entry % of account % does not go on from the one before it',
                    NEW.position, NEW.reward_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608  # made of our own table's name
    )


def balance_trigger() -> pgtrigger.Trigger:
    """The balance is what the last entry left; nobody writes another one."""
    return pgtrigger.Trigger(
        name="balance",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("points", "entry_count"),
        when=pgtrigger.Before,
        func=f"""
            IF NEW.points <> COALESCE((
                SELECT balance_after FROM {_ENTRY}
                WHERE reward_id = NEW.id AND position = NEW.entry_count
            ), 0) OR (NEW.entry_count = 0) <> NOT EXISTS (
                SELECT FROM {_ENTRY} WHERE reward_id = NEW.id
            ) THEN
                RAISE EXCEPTION 'the balance of account % is not that of its last entry', NEW.id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608  # made of our own table's name
    )
