"""What PostgreSQL itself refuses: a completed job with open work (ARCHITECTURE, guard 4).

Both look at the other table behind its row's lock, so that of two transactions at the same moment
the later one sees what the earlier one wrote.
"""

import pgtrigger

from apps.jobs.enums import OPEN_TASKS, JobStatus


def _open() -> str:
    return ", ".join(f"'{status.value}'" for status in OPEN_TASKS)


def no_open_task_trigger() -> pgtrigger.Trigger:
    """No task is open under a completed job."""
    return pgtrigger.Trigger(
        name="no_open_task",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "job_id"),
        when=pgtrigger.Before,
        declare=[("job_status", "TEXT")],
        func=f"""
            IF NEW.status IN ({_open()}) THEN
                SELECT status INTO job_status FROM jobs_job WHERE id = NEW.job_id FOR SHARE;
                IF job_status = '{JobStatus.COMPLETED.value}' THEN
                    RAISE EXCEPTION 'job % is completed and takes no open task', NEW.job_id
                        USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            RETURN NEW;
        """,  # noqa: S608  # made of our own enumeration
    )


def whole_job_trigger() -> pgtrigger.Trigger:
    """A job is completed with at least one task and no open one."""
    return pgtrigger.Trigger(
        name="whole_job",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
        when=pgtrigger.Before,
        func=f"""
            IF NEW.status = '{JobStatus.COMPLETED.value}' THEN
                IF NOT EXISTS (SELECT FROM jobs_jobtask WHERE job_id = NEW.id)
                    OR EXISTS (
                        SELECT FROM jobs_jobtask
                        WHERE job_id = NEW.id AND status IN ({_open()})
                    ) THEN
                    RAISE EXCEPTION 'job % has open tasks or none', NEW.id
                        USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            RETURN NEW;
        """,  # noqa: S608  # made of our own enumeration
    )
