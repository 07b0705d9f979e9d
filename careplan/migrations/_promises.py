"""What the database itself keeps about plans, whatever the code above it does.

- An assessment, a visit entry, a report, a medicine's history, the logs of exercises and of stimulators, a
  clinic's own exercises with their pictures, and the book's signatures only grow.
- A version is signed only on an assessment that says "plan" (foreign key on both columns), with
  at most 15 minutes of home exercises; once signed, it and its parts are frozen.
- A plan is active only on a signed version of its own, and only while no emergency or urgent
  assessment of the patient is newer than the version's.
- Outside the demo no plan starts, or moves to another version, in a clinic whose lead never signed
  a rule book. Which version of the book runs only the code knows: it asks for that one.
"""

_FROZEN_PARTS = (
    "careplan_goal",
    "careplan_program",
    "careplan_homeplan",
)
_ONLY_GROW = (
    "careplan_assessment",
    "careplan_visitentry",
    "careplan_report",
    "careplan_medicationevent",
    "careplan_booksignature",
    "careplan_sessionlog",
    "careplan_deviceevent",
    "careplan_deviceuse",
    "careplan_plansheet",
    "careplan_clinicexercise",
    "careplan_exercisepicture",
)

APPLY = "\n".join(
    [
        """
ALTER TABLE careplan_planversion ADD CONSTRAINT version_repeats_its_assessment
  FOREIGN KEY (assessment_id, disposition) REFERENCES careplan_assessment (id, disposition)
  DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION careplan_version_is_signed(version uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM careplan_planversion WHERE id = version AND signed_at IS NOT NULL)
$$;

CREATE FUNCTION careplan_version_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.signed_at IS NOT NULL THEN
    IF TG_OP = 'DELETE' OR
       (to_jsonb(NEW) - 'superseded_at') IS DISTINCT FROM (to_jsonb(OLD) - 'superseded_at') THEN
      RAISE EXCEPTION 'a signed version is frozen: draft a new one'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NEW.signed_at IS NOT NULL AND EXISTS (
      SELECT 1 FROM careplan_homeplan WHERE version_id = NEW.id AND minutes > 15) THEN
    RAISE EXCEPTION 'home exercises take more than 15 minutes: the version cannot be signed'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER version_rules BEFORE INSERT OR UPDATE OR DELETE ON careplan_planversion
  FOR EACH ROW EXECUTE FUNCTION careplan_version_rules();

CREATE FUNCTION careplan_part_of_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP <> 'INSERT' AND careplan_version_is_signed(OLD.version_id))
     OR (TG_OP <> 'DELETE' AND careplan_version_is_signed(NEW.version_id)) THEN
    RAISE EXCEPTION '% belongs to a signed version, which is frozen', TG_TABLE_NAME
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION careplan_item_of_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE home bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.home_plan_id ELSE NEW.home_plan_id END;
BEGIN
  IF EXISTS (SELECT 1 FROM careplan_homeplan h
             WHERE h.id IN (home, CASE WHEN TG_OP = 'UPDATE' THEN OLD.home_plan_id ELSE home END)
             AND careplan_version_is_signed(h.version_id)) THEN
    RAISE EXCEPTION 'the exercise belongs to a signed version, which is frozen'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER item_of_signed BEFORE INSERT OR UPDATE OR DELETE ON careplan_homeplanitem
  FOR EACH ROW EXECUTE FUNCTION careplan_item_of_signed();

CREATE FUNCTION careplan_plan_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE based timestamptz;
BEGIN
  IF NEW.state <> 'active' THEN RETURN NEW; END IF;
  SELECT a.made_at INTO based FROM careplan_planversion v
    JOIN careplan_assessment a ON a.id = v.assessment_id
    WHERE v.id = NEW.current_id AND v.plan_id = NEW.id AND v.patient_id = NEW.patient_id
      AND a.patient_id = NEW.patient_id AND v.signed_at IS NOT NULL AND v.disposition = 'plan';
  IF based IS NULL THEN
    RAISE EXCEPTION 'a plan is active only on a signed version of its own'
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM careplan_assessment a WHERE a.patient_id = NEW.patient_id
             AND a.made_at > based AND a.disposition IN ('emergency', 'urgent')
             AND NOT EXISTS (SELECT 1 FROM careplan_assessment later
                             WHERE later.patient_id = a.patient_id AND later.made_at > a.made_at
                             AND later.disposition NOT IN ('emergency', 'urgent'))) THEN
    RAISE EXCEPTION 'a red flag is open: the plan cannot be active'
      USING ERRCODE = 'check_violation';
  END IF;
  IF (TG_OP = 'INSERT' OR OLD.state = 'draft' OR OLD.current_id IS DISTINCT FROM NEW.current_id)
     AND NOT EXISTS (SELECT 1 FROM patients_clinic WHERE id = NEW.clinic_id AND is_demo)
     AND NOT EXISTS (SELECT 1 FROM careplan_booksignature WHERE clinic_id = NEW.clinic_id) THEN
    RAISE EXCEPTION 'no clinical lead has signed a rule book for this clinic: no plan starts'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_rules BEFORE INSERT OR UPDATE ON careplan_plan
  FOR EACH ROW EXECUTE FUNCTION careplan_plan_rules();
""",
        *(
            f"CREATE TRIGGER part_of_signed BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION careplan_part_of_signed();"
            for table in _FROZEN_PARTS
        ),
        *(
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION careplan_append_only();"
            for table in _ONLY_GROW
        ),
    ]
)

REVERT = "\n".join(
    [
        *(f"DROP TRIGGER only_grows ON {table};" for table in _ONLY_GROW),
        *(f"DROP TRIGGER part_of_signed ON {table};" for table in _FROZEN_PARTS),
        """
DROP TRIGGER plan_rules ON careplan_plan;
DROP TRIGGER item_of_signed ON careplan_homeplanitem;
DROP TRIGGER version_rules ON careplan_planversion;
DROP FUNCTION careplan_plan_rules(), careplan_item_of_signed(), careplan_part_of_signed(),
  careplan_version_rules(), careplan_version_is_signed(uuid);
ALTER TABLE careplan_planversion DROP CONSTRAINT version_repeats_its_assessment;
""",
    ]
)
