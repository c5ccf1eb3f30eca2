"""Addresses of the customer portal, below ``/app/``."""

from django.urls import path

from apps.customer_portal.views import (
    batches,
    came_back,
    costs,
    home,
    imports,
    preferences,
    repair_lists,
    repairs,
    requests,
    rewards,
    team,
    units,
    visits,
    waiting,
)
from apps.repairs import photo_pages

urlpatterns = [
    path("", home.customer_dashboard, name="customer_dashboard"),
    path("notices/", home.customer_notices, name="customer_notices"),
    path("request/", requests.customer_request_repair, name="customer_request_repair"),
    path("repairs/", repair_lists.customer_repairs, name="customer_repairs"),
    path("repairs/csv/", repair_lists.customer_repairs_csv, name="customer_repairs_csv"),
    path("repairs/<int:repair_id>/", repairs.customer_repair_detail, name="customer_repair_detail"),
    path(
        "repairs/<int:repair_id>/approve/",
        repairs.customer_repair_approve,
        name="customer_repair_approve",
    ),
    path(
        "repairs/<int:repair_id>/deny/", repairs.customer_repair_deny, name="customer_repair_deny"
    ),
    path(
        "repairs/<int:repair_id>/cancel/",
        repairs.customer_repair_cancel,
        name="customer_repair_cancel",
    ),
    path(
        "repairs/<int:repair_id>/photo/",
        repairs.customer_repair_photo,
        name="customer_repair_photo",
    ),
    path(
        "repairs/<int:repair_id>/note/", repairs.customer_repair_note, name="customer_repair_note"
    ),
    path(
        "repairs/<int:repair_id>/photos.zip",
        photo_pages.repair_photos,
        name="customer_repair_photos",
    ),
    path(
        "batches/<int:batch_id>/photos.zip", photo_pages.batch_photos, name="customer_batch_photos"
    ),
    path(
        "repairs/<int:repair_id>/came-back/",
        came_back.customer_repair_came_back,
        name="customer_repair_came_back",
    ),
    path(
        "repairs/<int:repair_id>/messages/",
        repairs.customer_repair_messages,
        name="customer_repair_messages",
    ),
    path("photos/<int:photo_id>/<str:variant>/", photo_pages.photo, name="customer_photo"),
    path("batches/<int:batch_id>/", batches.customer_batch_detail, name="customer_batch_detail"),
    path(
        "batches/<int:batch_id>/approve/",
        batches.customer_batch_approve,
        name="customer_batch_approve",
    ),
    path("batches/<int:batch_id>/deny/", batches.customer_batch_deny, name="customer_batch_deny"),
    path("costs/", costs.customer_costs, name="customer_costs"),
    path("costs/by-<str:by>.csv", costs.customer_costs_csv, name="customer_costs_csv"),
    path(
        "api/repair-cost-data/",
        costs.customer_repair_cost_data,
        name="customer_repair_cost_data",
    ),
    path(
        "api/unit-repair-data/",
        costs.customer_unit_repair_data,
        name="customer_unit_repair_data",
    ),
    path("visits/", visits.customer_visits, name="customer_visits"),
    path("visits/<int:visit_id>/", visits.customer_visit, name="customer_visit"),
    path("waiting/", waiting.customer_waiting, name="customer_waiting"),
    path("waiting/approve/", waiting.customer_waiting_approve, name="customer_waiting_approve"),
    path("waiting/deny/", waiting.customer_waiting_deny, name="customer_waiting_deny"),
    path("units/", units.customer_units, name="customer_units"),
    path("units/export/", units.customer_units_csv, name="customer_units_csv"),
    path("units/stickers/", units.customer_unit_stickers, name="customer_unit_stickers"),
    path("units/<int:unit_id>/", units.customer_unit_detail, name="customer_unit_detail"),
    path("units/<int:unit_id>/edit/", units.customer_unit_edit, name="customer_unit_edit"),
    path(
        "units/<int:unit_id>/withdraw/",
        units.customer_unit_withdraw,
        name="customer_unit_withdraw",
    ),
    path(
        "units/<int:unit_id>/bring-back/",
        units.customer_unit_bring_back,
        name="customer_unit_bring_back",
    ),
    path(
        "units/<int:unit_id>/new-sticker/",
        units.customer_unit_new_sticker,
        name="customer_unit_new_sticker",
    ),
    path("imports/new/", imports.customer_import_new, name="customer_import_new"),
    path("imports/<int:import_id>/", imports.customer_import, name="customer_import"),
    path(
        "imports/<int:import_id>/errors/",
        imports.customer_import_errors,
        name="customer_import_errors",
    ),
    path(
        "imports/<int:import_id>/drop/", imports.customer_import_drop, name="customer_import_drop"
    ),
    path("rewards/", rewards.customer_rewards, name="customer_rewards"),
    path("rewards/points/", rewards.customer_reward_points, name="customer_reward_points"),
    path("rewards/redeemed/", rewards.customer_redemptions, name="customer_redemptions"),
    path(
        "rewards/redeem/<int:option_id>/",
        rewards.customer_reward_redeem,
        name="customer_reward_redeem",
    ),
    path(
        "rewards/redeemed/<int:redemption_id>/cancel/",
        rewards.customer_reward_cancel,
        name="customer_reward_cancel",
    ),
    path(
        "rewards/redeemed/<int:redemption_id>/choose/",
        rewards.customer_reward_choose,
        name="customer_reward_choose",
    ),
    path("team/", team.customer_team, name="customer_team"),
    path("team/<int:member_id>/", team.customer_member, name="customer_member"),
    path(
        "team/<int:member_id>/primary/",
        team.customer_member_primary,
        name="customer_member_primary",
    ),
    path(
        "team/requests/<int:request_id>/",
        team.customer_join_request,
        name="customer_join_request",
    ),
    path(
        "team/invitations/<int:invitation_id>/revoke/",
        team.customer_invitation_revoke,
        name="customer_invitation_revoke",
    ),
    path("preferences/", preferences.customer_preferences, name="customer_preferences"),
]
