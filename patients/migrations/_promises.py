"""What the database itself keeps on the ground floor: the audit only grows."""

APPLY = """
CREATE FUNCTION careplan_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: rows are neither changed nor removed', TG_TABLE_NAME
    USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON patients_auditevent
  FOR EACH ROW EXECUTE FUNCTION careplan_append_only();
"""

REVERT = """
DROP TRIGGER audit_only_grows ON patients_auditevent;
DROP FUNCTION careplan_append_only();
"""
