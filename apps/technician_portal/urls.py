"""Addresses of the technician portal, below ``/tech/``."""

from django.urls import path

from apps.technician_portal.views import dashboard, field, jobs, profile, repairs, rewards, signing

urlpatterns = [
    path("", dashboard.technician_dashboard, name="technician_dashboard"),
    path("notices/", dashboard.technician_notices, name="technician_notices"),
    path("me/", profile.technician_profile, name="technician_profile"),
    path(
        "me/time-off/<int:time_off_id>/remove/",
        profile.own_time_off_remove,
        name="own_time_off_remove",
    ),
    path("repairs/", repairs.repair_list, name="repair_list"),
    path("repairs/new/", field.create_repair, name="create_repair"),
    path("repairs/new/person/", field.create_person, name="create_person"),
    path("repairs/<int:repair_id>/", repairs.repair_detail, name="repair_detail"),
    path(
        "repairs/<int:repair_id>/status/",
        repairs.update_queue_status,
        name="update_queue_status",
    ),
    path("repairs/<int:repair_id>/photo/", repairs.repair_photo, name="repair_photo"),
    path("repairs/<int:repair_id>/photos.zip", repairs.repair_photos, name="repair_photos"),
    path("repairs/<int:repair_id>/edit/", repairs.repair_edit, name="repair_edit"),
    path("repairs/<int:repair_id>/notes/", repairs.repair_notes, name="repair_notes"),
    path(
        "repairs/<int:repair_id>/windshield/",
        repairs.windshield_replaced,
        name="windshield_replaced",
    ),
    path("repairs/<int:repair_id>/sign/", signing.repair_sign, name="repair_sign"),
    path("rewards/", rewards.technician_rewards, name="technician_rewards"),
    path(
        "rewards/<int:redemption_id>/hand-out/",
        rewards.technician_reward_hand_out,
        name="technician_reward_hand_out",
    ),
    path(
        "rewards/<int:redemption_id>/choose/",
        rewards.technician_reward_choose,
        name="technician_reward_choose",
    ),
    path("day/", jobs.technician_day, name="technician_day"),
    path("jobs/<int:job_id>/", jobs.technician_job, name="technician_job"),
    path("jobs/<int:job_id>/finish/", jobs.technician_job_finish, name="technician_job_finish"),
    path("tasks/<int:task_id>/status/", jobs.technician_task_move, name="technician_task_move"),
    path("tasks/<int:task_id>/notes/", jobs.technician_task_notes, name="technician_task_notes"),
    path(
        "tasks/<int:task_id>/pictures/",
        jobs.technician_task_pictures,
        name="technician_task_pictures",
    ),
    path(
        "tasks/pictures/<int:attachment_id>/remove/",
        jobs.technician_task_picture_remove,
        name="technician_task_picture_remove",
    ),
    path(
        "tasks/pictures/<int:attachment_id>/<str:variant>/",
        jobs.technician_task_picture,
        name="technician_task_picture",
    ),
    path("batches/<int:batch_id>/", signing.technician_batch, name="technician_batch"),
    path("batches/<int:batch_id>/photos.zip", repairs.batch_photos, name="technician_batch_photos"),
    path("batches/<int:batch_id>/sign/", signing.batch_sign, name="batch_sign"),
    path(
        "signatures/<int:approval_id>/", signing.technician_signature, name="technician_signature"
    ),
    path("customers/<int:customer_id>/units/", field.technician_units, name="technician_units"),
    path("photos/<int:photo_id>/<str:variant>/", repairs.technician_photo, name="technician_photo"),
]
