"""Routes of the patient's own pages: below /mine/, and those that open without a login."""

from django.urls import path

from careplan.pages.mine import device, door, flare, pages, player, today, too_much

# Before an exercise's own page: "start", "done" and "did" are no codes.
patterns = [
    path("", today.today, name="mine_today"),
    path("exercises/start/", player.start, name="mine_start"),
    path("exercises/done/", player.finished, name="mine_finished"),
    path("exercises/did/", today.did, name="mine_did"),
    path("exercises/<slug:code>/", player.exercise, name="mine_exercise"),
    path("exercises/<slug:code>/ease/", player.ease, name="mine_ease"),
    path("exercises/<slug:code>/leave/", player.leave, name="mine_leave"),
    path("exercises/<slug:code>/undo/<int:number>/", player.undo, name="mine_undo"),
    path("exercises/<slug:code>/too-much/", too_much.too_much, name="mine_too_much"),
    path("exercises/<slug:code>/too-much/signs/", too_much.signs, name="mine_signs"),
    path("exercises/<slug:code>/too-much/instead/", too_much.instead, name="mine_instead"),
    path("today/hard-day/", today.hard_day, name="mine_hard_day"),
    path("today/worse/", flare.tell, name="mine_flare"),
    path("today/worse/signs/", flare.signs, name="mine_flare_signs"),
    path("today/worse/better/", flare.better, name="mine_flare_better"),
    path("today/<slug:kind>/", today.note, name="mine_note"),
    path("today/<slug:kind>/save/", today.note_save, name="mine_note_save"),
    path("stimulator/<uuid:device_id>/", device.device, name="mine_device"),
    path("plan/", pages.plan, name="mine_plan"),
    path("progress/", pages.progress, name="mine_progress"),
    path("record/", pages.record, name="mine_record"),
    path("show/", pages.show_staff, name="mine_show"),
]

open_patterns = [
    path("open/<str:token>/", door.open_plan, name="open_plan"),
    path("help/", pages.help_page, name="mine_help"),
]
