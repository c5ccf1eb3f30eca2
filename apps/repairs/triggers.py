"""What PostgreSQL itself refuses: illegal moves, changed money (ARCHITECTURE, guard 4)."""

import pgtrigger

from apps.repairs.workflow import legal_pairs


def legal_move_trigger() -> pgtrigger.Trigger:
    """A status changes only along a row of ``workflow.MOVES``."""
    pairs = ", ".join(f"('{source}', '{target}')" for source, target in legal_pairs())
    return pgtrigger.Trigger(
        name="legal_move",
        operation=pgtrigger.UpdateOf("queue_status"),
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__queue_status__df=pgtrigger.F("new__queue_status")),
        func=f"""
            IF (OLD.queue_status, NEW.queue_status) NOT IN ({pairs}) THEN
                RAISE EXCEPTION 'illegal move of repair % from % to %',
                    OLD.id, OLD.queue_status, NEW.queue_status USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def frozen_money_trigger() -> pgtrigger.Trigger:
    """Price and discount never change once the repair was priced."""
    return pgtrigger.Trigger(
        name="frozen_money",
        operation=pgtrigger.UpdateOf("cost", "discount", "priced_at"),
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__priced_at__isnull=False),
        func="""
            IF (OLD.cost, OLD.discount, OLD.priced_at)
                IS DISTINCT FROM (NEW.cost, NEW.discount, NEW.priced_at) THEN
                RAISE EXCEPTION 'the price of repair % is fixed', OLD.id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
