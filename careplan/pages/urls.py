"""Page routes, one block a door."""

from django.urls import path

from careplan.pages import (
    book,
    calendar,
    chart,
    checkin,
    device,
    exercise_files,
    figure,
    flare,
    follow_up,
    home_plan,
    library,
    medication,
    own_exercise,
    paper,
    plan,
    preset,
    program,
    proposal,
    reports,
    rules,
    sheet,
    visits,
)
from careplan.pages.assessment import intake, records, result
from careplan.pages.mine import urls as mine

assessment_patterns = [
    path("patients/import/", records.import_record, name="import_record"),
    path("patients/import/<uuid:import_id>/", records.import_confirm, name="import_confirm"),
    path("patients/<uuid:patient_id>/intake/", intake.intake_start, name="intake_start"),
    path("patients/<uuid:patient_id>/intake/<slug:step>/", intake.intake, name="intake"),
    path("patients/<uuid:patient_id>/assess/", result.assess, name="assess"),
    path("patients/<uuid:patient_id>/assessment/", result.result, name="assessment"),
    path(
        "patients/<uuid:patient_id>/red-flags/<slug:flag>/", result.flag_review, name="flag_review"
    ),
    path("patients/<uuid:patient_id>/emergency/", result.emergency_page, name="emergency_page"),
]

medication_patterns = [
    path("medicines/", medication.queue, name="medication_queue"),
    path("patients/<uuid:patient_id>/medicines/", medication.steps, name="medication"),
    path("patients/<uuid:patient_id>/medicines/ask/", medication.ask, name="medication_ask"),
    path("medicines/<uuid:step_id>/sign/", medication.sign, name="medication_sign"),
    path("medicines/<uuid:step_id>/decline/", medication.decline, name="medication_decline"),
    path("medicines/<uuid:step_id>/stop/", medication.stop, name="medication_stop"),
]

plan_patterns = [
    path("patients/<uuid:patient_id>/plan/", plan.plan, name="plan"),
    path("patients/<uuid:patient_id>/plan/draft/", plan.draft, name="plan_draft"),
    path("patients/<uuid:patient_id>/plan/goals/", plan.goals, name="plan_goals"),
    path("patients/<uuid:patient_id>/plan/movement/", plan.movement, name="plan_movement"),
    path("patients/<uuid:patient_id>/plan/cards/", plan.cards, name="plan_cards"),
    path("patients/<uuid:patient_id>/plan/weigh/", plan.weigh, name="plan_weigh"),
    path("patients/<uuid:patient_id>/plan/program/", program.program, name="plan_program"),
    path(
        "patients/<uuid:patient_id>/plan/program/propose/",
        program.propose,
        name="plan_program_propose",
    ),
    path("patients/<uuid:patient_id>/plan/program/move/", program.move, name="plan_program_move"),
    path("patients/<uuid:patient_id>/plan/exercises/", home_plan.home, name="plan_home"),
    path("patients/<uuid:patient_id>/plan/exercises/add/", home_plan.library, name="plan_library"),
    path(
        "patients/<uuid:patient_id>/plan/exercises/put-back/<slug:code>/",
        home_plan.put_back,
        name="plan_home_put_back",
    ),
    path(
        "patients/<uuid:patient_id>/plan/exercises/bouts/", home_plan.bouts, name="plan_home_bouts"
    ),
    path("patients/<uuid:patient_id>/plan/routine/", plan.routine, name="plan_routine"),
    path("patients/<uuid:patient_id>/plan/medicines/", plan.medicines, name="plan_medicines"),
    path("patients/<uuid:patient_id>/plan/check-ins/", plan.checkins, name="plan_checkins"),
    path("patients/<uuid:patient_id>/plan/note/", plan.note, name="plan_note"),
    path("patients/<uuid:patient_id>/plan/sign/", plan.sign, name="plan_sign"),
    path("patients/<uuid:patient_id>/plan/flare/end/", flare.end, name="flare_end"),
    path("patients/<uuid:patient_id>/plan/close/", plan.close, name="plan_close"),
]

# Before an exercise's own page: "new" is no code.
library_patterns = [
    path("exercises/", library.exercises, name="exercises"),
    path("exercises/new/", own_exercise.add, name="exercise_add"),
    path("exercises/import/", exercise_files.take_in, name="exercises_import"),
    path("exercises/export.csv", exercise_files.export, name="exercises_export"),
    path("exercises/pictures/<uuid:picture_id>.jpg", library.picture, name="exercise_picture"),
    path("exercises/<slug:code>/", library.exercise, name="exercise"),
    path("exercises/<slug:code>/edit/", own_exercise.edit, name="exercise_edit"),
    path("exercises/<slug:code>/retire/", own_exercise.retire, name="exercise_retire"),
    path("exercises/<slug:code>/bring-back/", own_exercise.bring_back, name="exercise_bring_back"),
]

preset_patterns = [
    path("presets/", preset.presets, name="presets"),
    path("presets/<int:preset_id>/", preset.preset, name="preset"),
    path("presets/<int:preset_id>/retire/", preset.retire, name="preset_retire"),
    path("presets/<int:preset_id>/bring-back/", preset.bring_back, name="preset_bring_back"),
    path("patients/<uuid:patient_id>/plan/presets/", preset.choose, name="plan_presets"),
    path(
        "patients/<uuid:patient_id>/plan/presets/<int:preset_id>/", preset.use, name="plan_preset"
    ),
    path(
        "patients/<uuid:patient_id>/plan/versions/<uuid:version_id>/preset/",
        preset.keep,
        name="preset_keep",
    ),
    path(
        "patients/<uuid:patient_id>/plan/versions/<uuid:version_id>/copy/",
        preset.copy,
        name="plan_copy",
    ),
    path(
        "patients/<uuid:patient_id>/plan/versions/<uuid:version_id>/copy/<uuid:to_id>/",
        preset.copy_to,
        name="plan_copy_to",
    ),
]

visit_patterns = [
    path("patients/<uuid:patient_id>/visits/weeks/", program.booked, name="visits_dates"),
    path("patients/<uuid:patient_id>/visits/move/", program.move_booked, name="visits_move"),
    path("patients/<uuid:patient_id>/visits/", visits.visits, name="visits"),
    path("patients/<uuid:patient_id>/visits/grant/", visits.grant, name="visit_grant"),
    path("patients/<uuid:patient_id>/visits/certify/", visits.certify, name="certify"),
    path("visits/grants/<int:grant_id>/take-out/", visits.withdraw, name="visit_withdraw"),
    path("sessions/<uuid:session_id>/make-up/", visits.make_up, name="make_up"),
    path("sessions/<uuid:session_id>/<slug:move>/", visits.attendance, name="session_move"),
    path("patients/<uuid:patient_id>/reports/<slug:kind>/", reports.write, name="report_new"),
    path("reports/<uuid:report_id>/", reports.report, name="report"),
    path("reports/<uuid:report_id>/letter.pdf", reports.report_pdf, name="report_pdf"),
    path("calendar/", calendar.staff, name="staff_calendar"),
]

proposal_patterns = [
    path("steps/", proposal.proposals, name="proposals"),
    path("steps/accept/", proposal.accept_all, name="proposals_accept"),
    path("steps/<int:proposal_id>/accept/", proposal.accept, name="proposal_accept"),
    path("steps/<int:proposal_id>/decline/", proposal.decline, name="proposal_decline"),
]

device_patterns = [
    path("patients/<uuid:patient_id>/devices/", device.devices, name="devices"),
    path("patients/<uuid:patient_id>/devices/new/<slug:kind>/", device.new, name="device_new"),
    path("devices/<uuid:device_id>/", device.device, name="device"),
    path("devices/<uuid:device_id>/answers/", device.change, name="device_change"),
    path("devices/<uuid:device_id>/allow/", device.allow, name="device_allow"),
    path("devices/<uuid:device_id>/close/", device.close, name="device_close"),
]

follow_up_patterns = [
    path("worklist/", follow_up.worklist, name="worklist"),
    path("worklist/<uuid:row_id>/", follow_up.detail, name="follow_up"),
    path("worklist/<uuid:row_id>/take/", follow_up.acknowledge, name="follow_up_acknowledge"),
    path("worklist/<uuid:row_id>/snooze/", follow_up.snooze, name="follow_up_snooze"),
    path("worklist/<uuid:row_id>/wake/", follow_up.wake, name="follow_up_wake"),
    path("worklist/<uuid:row_id>/close/", follow_up.close, name="follow_up_close"),
]

sheet_patterns = [
    path("patients/<uuid:patient_id>/plan/print/", paper.plan_print, name="plan_print"),
    path(
        "patients/<uuid:patient_id>/plan/print/<slug:what>.pdf", paper.plan_sheet, name="plan_sheet"
    ),
    path("sheets/", sheet.sheets, name="sheets"),
    path("sheets/<slug:code>/", sheet.sheet, name="sheet"),
]

chart_patterns = [
    path("patients/<uuid:patient_id>/", chart.chart, name="chart"),
]

# Before a rule's own page: "sign" is no rule.
book_patterns = [
    path("rules/sign/", book.sign, name="rules_sign"),
    path("rules/signatures/", book.signatures, name="rules_signatures"),
]

# After the book's own pages: any other word is the id of a rule.
rule_patterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:rule_id>/", rules.rule, name="rule"),
]

clinic_patterns = [
    *book_patterns,
    *rule_patterns,
    *follow_up_patterns,
    *chart_patterns,
    *plan_patterns,
    *proposal_patterns,
    *visit_patterns,
    *sheet_patterns,
    *library_patterns,
    *preset_patterns,
    *assessment_patterns,
    *medication_patterns,
    *device_patterns,
]

mine_patterns = [
    *mine.patterns,
    path(
        "exercises/pictures/<uuid:picture_id>.jpg",
        library.picture_of_mine,
        name="mine_exercise_picture",
    ),
    path("calendar/", calendar.mine, name="mine_calendar"),
    path("plan/print/", paper.mine_print, name="mine_print"),
    path("plan/print/<slug:what>.pdf", paper.mine_sheet, name="mine_sheet"),
]

checkin_patterns = [
    path("check-in/<str:token>/", checkin.entry, name="checkin"),
    path("check-in/<str:token>/done/", checkin.done, name="checkin_done"),
    path("check-in/<str:token>/show/", checkin.show_staff, name="checkin_show"),
    path("check-in/<str:token>/<slug:question_id>/", checkin.question, name="checkin_question"),
    *mine.open_patterns,
]

feed_patterns = [
    path("calendar/<str:token>.ics", calendar.feed, name="calendar"),
]

figure_patterns = [
    path("figures/<slug:code>/<slug:kind>.svg", figure.figure, name="figure"),
]

# The book without a clinic in the address, as documents name it.
rule_home_patterns = [
    path("rules/", rules.home, name="rules_home"),
    path("rules/<str:rule_id>/", rules.home, name="rule_home"),
]

open_patterns = [
    path("s/<slug:code>/", paper.sheet_door, name="sheet_door"),
    *checkin_patterns,
    *feed_patterns,
    *figure_patterns,
    *rule_home_patterns,
]
